/* The config.json to begin with, as read-only data. */

	.section .rodata.oci_spec, "a"
	.globl	oci_spec_start
	.type	oci_spec_start, %object
oci_spec_start:
	.incbin	"setup/oci/spec.json"
	.globl	oci_spec_end
	.type	oci_spec_end, %object
oci_spec_end:
	.byte	0
	.size	oci_spec_start, oci_spec_end - oci_spec_start

	.section .note.GNU-stack, "", %progbits
