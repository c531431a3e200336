/* take.h - what options do, for the table of options.c */
#ifndef CINIT_SETUP_FLAGS_TAKE_H
#define CINIT_SETUP_FLAGS_TAKE_H

#include "setup/flags/flags.h"

flags_taker take_on, take_off, take_said, take_text, take_word, take_path,
	take_range, take_bytes, take_weight, take_cpuset, take_share,
	take_userns, take_user, take_group, take_read_only, take_overlay,
	take_layer, take_subdir, take_root_tmpfs,
	take_volume, take_tmpfs, take_mount, take_device, take_memory,
	take_swap, take_cpus, take_pids, take_io_max, take_cgroup,
	take_cgroup_parent, take_ulimit, take_oom, take_net, take_publish,
	take_ip, take_mac, take_mtu, take_subnet, take_dns, take_dns_search,
	take_host, take_hostname, take_caps, take_seccomp, take_landlock,
	take_apparmor, take_selinux, take_env, take_env_file, take_signal,
	take_grace, take_preserve, take_clock, take_sysctl, take_name,
	take_trace, take_join;

/* The words that --userns and --propagation take. */
extern const struct value_word take_userns_words[];
extern const struct value_word take_propagation_words[];

#endif
