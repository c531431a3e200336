/* machine.h - PID 1 of a machine: what no engine or kernel does for us there */
#ifndef CINIT_MACHINE_MACHINE_H
#define CINIT_MACHINE_MACHINE_H

/*
 * Are we the first process of a machine, and not of some container? Costs two
 * system calls where we are not.
 */
int machine_here(void);

/*
 * From what the kernel leaves to what a command expects: mounts, console,
 * entropy, names, network, cgroup. Afterwards the arguments are a command line
 * of ours: the kernel's own words are gone, its cinit.NAME=VALUE are options,
 * --NAME=VALUE, and where there was no command there is a shell. From the first
 * line on, whatever ends the program (die, leave, a fault) ends the machine in
 * order.
 */
void machine_begin(int *argc, char **argv[]);

#endif
