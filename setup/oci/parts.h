/* parts.h - what the files that read a config.json have of each other */
#ifndef CINIT_SETUP_OCI_PARTS_H
#define CINIT_SETUP_OCI_PARTS_H

#include "setup/oci/config.h"

/* Parts of the table, of a struct oci_config where no other is said. */
extern const struct json_row oci_linux_rows[];
extern const struct json_row oci_mount_rows[]; /* of a struct oci_mount */
json_reader oci_read_mount;		       /* a whole one, with its rows */
/* resources.c: of a struct oci_config, whose launch gets the limits */
extern const struct json_row oci_resource_rows[];

#endif
