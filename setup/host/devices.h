/* devices.h - which devices the processes of a cgroup may use */
#ifndef CINIT_SETUP_HOST_DEVICES_H
#define CINIT_SETUP_HOST_DEVICES_H

#include "init/cgroup/cgroup.h"
#include "setup/oci/config.h"

/*
 * Nothing, then the rules of linux.resources.devices in their order, then what
 * every container has (config-linux.md, "Default Devices", and its own
 * terminals). Dies.
 */
void devices_apply(const struct oci_config *c, const struct cgroup *cg);

#endif
