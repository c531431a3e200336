/* The cinit that claunch carries: its bytes as read-only data. */

	.section .rodata.cinit_image, "a"
	.balign 16
	.globl	cinit_image_start
	.type	cinit_image_start, %object
cinit_image_start:
	.incbin	CINIT_IMAGE
	.globl	cinit_image_end
	.type	cinit_image_end, %object
cinit_image_end:
	.byte	0
	.size	cinit_image_start, cinit_image_end - cinit_image_start

	.section .note.GNU-stack, "", %progbits
