# Build cinit, claunch and cinit-oci. There is no configure: "make help" lists the targets.
#
# Everything made goes under build/. One variant of the programs is one compiler
# and one C library; the targets below name them, VARIANT= is how they do it.

VERSION = 0.1.0

PREFIX = /usr
SBINDIR = /sbin
BINDIR = $(PREFIX)/bin
MANDIR = $(PREFIX)/share/man

VARIANT = gcc
HOST := $(shell uname -m)

# What the caller's environment says about other compilations is not for us.
unexport CPATH C_INCLUDE_PATH LIBRARY_PATH GCC_EXEC_PREFIX CFLAGS LDFLAGS
MAKEFLAGS += --no-builtin-rules --no-print-directory
.SUFFIXES:
.DELETE_ON_ERROR:

# -- the variants: where the result goes, for which machine, with which compiler

O_gcc = build
O_clang = build/clang
O_asan = build/asan
O_aarch64 = build/aarch64
O_fuzz = build/fuzz

ARCH_aarch64 = aarch64

cross = $(if $(filter $(1),$(HOST)),,$(1)-linux-gnu-)
musl_gcc = $(call cross,$(1))gcc -specs=$(CURDIR)/.ci/musl.specs \
	--sysroot=$(CURDIR)/build/sys/$(1)
musl_clang = clang --target=$(1)-linux-musl --sysroot=$(CURDIR)/build/sys/$(1)

CC_gcc = $(call musl_gcc,$(ARCH))
# no table begins where a line of the cache does
CFLAGS_gcc = $(if $(filter x86_64,$(ARCH)),-malign-data=abi)
# what it warns of is in a macro of musl (CMSG_NXTHDR)
CFLAGS_clang = -Wno-sign-compare
CC_clang = $(call musl_clang,$(ARCH))
CC_asan = gcc
CC_aarch64 = $(call musl_gcc,$(ARCH))
CC_fuzz = clang

LIB_asan = build/lib-native
LIB_fuzz = build/lib-native

sanitize = -O1 -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
CFLAGS_asan = $(sanitize)
CFLAGS_fuzz = $(sanitize) -fsanitize=fuzzer-no-link
LDFLAGS_asan = $(sanitize)
LDFLAGS_fuzz = $(sanitize) -fsanitize=fuzzer

ARCH := $(or $(ARCH_$(VARIANT)),$(HOST))
O := $(O_$(VARIANT))
OBJ := build/obj-$(VARIANT)
LIB := $(or $(LIB_$(VARIANT)),build/lib-$(ARCH))
GEN := build/gen/$(ARCH)
generated := $(addprefix $(GEN)/,seccomp_builtin.h cap_names.h)

# -- flags

WARN = -Wall -Wextra -Werror -Wshadow -Wmissing-prototypes -Wstrict-prototypes \
	-Wold-style-definition -Wvla -Wundef -Wpointer-arith -Wwrite-strings \
	-Wformat=2 -Wno-format-nonliteral -Wimplicit-fallthrough -Wdate-time \
	-Wno-unused-parameter -Wno-missing-field-initializers
# A canary wherever a function has an array of characters, of any length, which is
# where text overflows. -strong adds all that hand on the address of a local: five
# times as many functions of cinit, and 6 KB of it.
HARDEN = -fPIE -fstack-protector --param=ssp-buffer-size=1 \
	-fstack-clash-protection
SMALL = -Oz -ffunction-sections -fdata-sections \
	-fno-asynchronous-unwind-tables -fno-unwind-tables
SAME = -ffile-prefix-map=$(CURDIR)=.

# _GNU_SOURCE is defined as nothing, so that a source may say it again
CPPFLAGS = -I. -D_GNU_SOURCE= -DCINIT_VERSION='"$(VERSION)"'
BASE = -std=gnu11 -g $(WARN) $(HARDEN) $(SMALL) $(SAME)

CC := $(CC_$(VARIANT))
CFLAGS := $(BASE) $(CFLAGS_$(VARIANT))
# The compiler sees each program as a whole. What it warns of then is what it has
# not seen before: that value_bad() returns -1.
WHOLE_gcc = -flto=auto -Wno-maybe-uninitialized
WHOLE_aarch64 = $(WHOLE_gcc)
WHOLE = $(WHOLE_$(VARIANT))
# noseparate-code: no padding between text and constants, one mapping less
STATIC = -static-pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,noseparate-code \
	-Wl,--gc-sections,--build-id=none,--hash-style=gnu
LDFLAGS_clang = $(STATIC) -fuse-ld=lld
# relocations as init/start.c applies them; the linker for aarch64 cannot pack them
PACKED_gcc = -Wl,-z,pack-relative-relocs,-e,start_packed
PACKED_clang = -Wl,--pack-dyn-relocs=relr,-e,start_packed
LDFLAGS := $(or $(LDFLAGS_$(VARIANT)),$(STATIC)) $(SAME)
STEADY = $(if $(filter build/lib-native,$(LIB)),,-Wl,-T,.ci/steady.ld)
LDLIBS = -L$(LIB) -lseccomp -ljansson

# -- sources: new files are found by themselves

CORE := $(wildcard init/base/*.c init/plan/*.c init/cgroup/*.c)
VALUE := $(wildcard init/value/*.c)
# instead of the C library's, in the programs but not in the tests
OWN := init/libc.c init/start.c
INSIDE := init/inside.c $(OWN) $(wildcard init/enter/*.c init/pid1/*.c)
CINIT := init/main.c init/args.c $(wildcard init/task/*.c init/persona/*.c \
	init/machine/*.c init/services/*.c) $(VALUE) \
	$(filter-out init/inside.c,$(INSIDE))
FLAGS := $(wildcard setup/flags/*.c)
JSON := $(addprefix setup/oci/,json.c seccomp.c record.c calls.c)
HOST_SIDE := $(wildcard setup/host/*.c) setup/host/embed.S
# what of the host's side only one of the two programs has
OCI_HOST := $(addprefix setup/host/,store.c process.c log.c console_socket.c devices.c)
CLAUNCH_HOST := $(addprefix setup/host/,ending.c gc.c jail.c join.c keep.c memory.c \
	ps.c rootfs.c state.c tarball.c)
CLAUNCH := setup/claunch.c setup/launch.c setup/mounts.c $(OWN) $(FLAGS) $(JSON) \
	$(VALUE) $(wildcard setup/host/net/*.c) $(filter-out $(OCI_HOST),$(HOST_SIDE))
OCI := setup/cinit-oci.c setup/mounts.c $(OWN) $(wildcard setup/verbs/*.c setup/oci/*.[cS]) \
	$(VALUE) $(filter-out $(CLAUNCH_HOST),$(HOST_SIDE))

objects = $(patsubst %,$(OBJ)/%.o,$(basename $(1)))
core_objs := $(call objects,$(CORE))
flags_objs := $(call objects,$(FLAGS))
inside_objs := $(call objects,$(INSIDE)) $(core_objs)
cinit_objs := $(call objects,$(CINIT)) $(core_objs)
claunch_objs := $(call objects,$(CLAUNCH)) $(core_objs)
oci_objs := $(call objects,$(OCI)) $(core_objs)

# Programs have no floating point. What .ci/steady.ld finds by its file, and what
# the C library or the linker calls, stays in files of its own.
ours := $(call objects,$(sort $(CINIT) $(CLAUNCH) $(OCI) $(CORE) $(INSIDE)))
$(ours): CFLAGS_OBJ = -mgeneral-regs-only $(WHOLE)
$(call objects,$(OWN) $(wildcard init/pid1/*.c) init/base/steady.c \
	init/base/sys.c init/services/supervise.c): WHOLE =

# claunch carries what it starts inside: its own variant's, unless it is told
# another. It is cinit without the ways in that only an image needs.
EMBED = $(O)/cinit-inside

Q = $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V)),,@printf '%-7s %s\n' '$(1)' '$(2)')

.PHONY: all
all: $(O)/cinit $(O)/claunch $(O)/cinit-oci ## the programs: build/cinit, build/claunch, build/cinit-oci

# -- the two programs

$(OBJ)/%.o: %.c Makefile | build/sys/$(ARCH)/.done $(LIB)/.done
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CPPFLAGS_OBJ) $(CFLAGS) $(CFLAGS_OBJ) -MMD -MP -c $< -o $@

$(OBJ)/%.o: %.S $(EMBED) Makefile
	$(call say,AS,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) -DCINIT_IMAGE='"$(EMBED)"' $(SAME) -c $< -o $@

$(OBJ)/setup/oci/spec.o: setup/oci/spec.json

$(call objects,$(CINIT) $(INSIDE)): CPPFLAGS_OBJ = -I$(GEN)
$(call objects,$(CINIT) $(INSIDE)): | $(generated)
$(call objects,$(filter setup/%.c,$(CLAUNCH) $(OCI))): CPPFLAGS_OBJ = -isystem $(LIB)/include

$(O)/cinit.debug: $(cinit_objs)
$(O)/cinit-inside.debug: $(inside_objs)
$(O)/cinit.debug $(O)/cinit-inside.debug: .ci/steady.ld
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(WHOLE) $(LDFLAGS) $(STEADY) $(PACKED_$(VARIANT)) $(filter %.o,$^) -o $@

$(O)/claunch.debug: $(claunch_objs) $(LIB)/.done
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(WHOLE) $(LDFLAGS) $(PACKED_$(VARIANT)) $(claunch_objs) $(LDLIBS) -o $@

$(O)/cinit-oci.debug: $(oci_objs) $(LIB)/.done
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(WHOLE) $(LDFLAGS) $(PACKED_$(VARIANT)) $(oci_objs) $(LDLIBS) -o $@

# a sanitizer's reports need the symbols
ifeq ($(LIB),build/lib-native)
$(O)/%: $(O)/%.debug
	$(Q)ln -f $< $@
else
$(O)/%: $(O)/%.debug .ci/elf-check
	$(call say,STRIP,$@)
	$(Q)$(call cross,$(ARCH))strip -s -R .comment -R .note.gnu.property -o $@ $<
	$(Q).ci/elf-check $@
endif

-include $(shell find $(OBJ) -name '*.d' 2>/dev/null)

# -- what they are built with: sysroot, libraries, the built-in seccomp filter

build/sys/%/.done: .ci/sysroot
	$(call say,SYSROOT,$(@D))
	@.ci/install -n build
	$(Q).ci/sysroot $* $(@D)
	@touch $@

# the pinned sources, touched only when they change
build/sources: .ci/depends
	@mkdir -p build
	@grep '^source' $< | cmp -s - $@ || grep '^source' $< >$@

lib_flags = $(HARDEN) $(SMALL) -g0 -flto -ffat-lto-objects \
	-ffile-prefix-map=$(CURDIR)/$(@D)/src=.

build/lib-%/.done: .ci/libs .ci/musl.specs build/sources build/sys/%/.done
	$(Q)CC='$(call musl_gcc,$*)' AR=$(call cross,$*)gcc-ar \
		CFLAGS='$(lib_flags)' .ci/libs $(@D)
	@touch $@

# for the sanitizers: this machine's C library and either compiler
build/lib-native/.done: .ci/libs build/sources
	$(Q)CC=gcc AR=ar CFLAGS='-O1 -g -fPIE' .ci/libs $(@D)
	@touch $@

# The generators run here, for whatever machine their result is meant.
build/gen/seccomp_gen: init/enter/gen/seccomp_gen.c
build/gen/caps_gen: init/value/gen/caps_gen.c
build/gen/seccomp_gen build/gen/caps_gen: Makefile build/lib-$(HOST)/.done
	$(call say,HOSTCC,$(filter %.c,$^))
	@mkdir -p $(@D)
	$(Q)$(call musl_gcc,$(HOST)) $(CPPFLAGS) $(BASE) $(STATIC) \
		-isystem build/lib-$(HOST)/include $(filter %.c,$^) \
		-Lbuild/lib-$(HOST) -lseccomp -lcap -o $@

PROFILE = init/enter/gen/profile.txt

build/gen/%/seccomp_builtin.h: build/gen/seccomp_gen $(PROFILE)
	$(call say,GEN,$@)
	@mkdir -p $(@D)
	$(Q)$< $* $(PROFILE) >$@.new && mv $@.new $@

build/gen/%/cap_names.h: build/gen/caps_gen
	$(call say,GEN,$@)
	@mkdir -p $(@D)
	$(Q)$< >$@.new && mv $@.new $@

.SECONDARY:

# -- running and testing

run: ## a container with limits, and what it is isolated from
	@.ci/install build run
	@$(MAKE) all images
	@sh images/busybox/demo

run-vm: ## a virtual machine whose PID 1 is cinit; ARGS='cinit.grace=5 -- COMMAND'
	@.ci/install build run vm
	@$(MAKE) images-vm
	@images/vm/run $(ARGS)

test: ## everything: installs what the tests need, builds, runs them all
	@.ci/install build run vm test
	@$(MAKE) all images-oci helpers
	@tests/run

check: ## the quick tests
	@$(MAKE) all images-oci helpers
	@tests/run quick

bench: ## measure against the floor and the others, write docs/performance.md
	@.ci/install build run vm test bench
	@$(MAKE) all images helpers $(call test_progs,bench)
	@tests/bench/run

images: all ## build/images/busybox.tar.gz
	$(Q)images/busybox/make

images-oci: images ## OCI images for engines: build/images/oci/*.tar
	$(Q)images/oci/make

images-vm: images ## build/images/vm.cpio.gz, the initramfs of a machine
	$(Q)images/vm/make

# C unit tests and fuzz targets: a program a file, with ASan and UBSan on the
# host's C library. Each takes what it names out of one archive of all programs.
unit: ## the C unit tests, under ASan and UBSan
	@$(MAKE) VARIANT=asan unit-run

fuzz: ## libFuzzer programs of tests/fuzz, in build/fuzz
	@$(MAKE) VARIANT=fuzz fuzz-build

tested := $(sort $(call objects,$(filter-out $(OWN) init/main.c init/inside.c \
	setup/claunch.c setup/cinit-oci.c %.S, $(CINIT) $(CLAUNCH) $(OCI) $(CORE))))

$(OBJ)/tested.a: $(tested)
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar crs $@ $^

$(OBJ)/tests/%.o: CPPFLAGS_OBJ = -I$(GEN) -isystem $(LIB)/include
$(call objects,$(wildcard tests/unit/*.c)): | $(generated)

test_progs = $(patsubst tests/$(1)/%.c,build/$(1)/%,$(wildcard tests/$(1)/*.c))

$(call test_progs,unit) $(call test_progs,fuzz): \
		build/%: $(OBJ)/tests/%.o $(OBJ)/tested.a $(LIB)/.done
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $(filter %.o %.a,$^) $(LDLIBS) -o $@

unit-run: $(call test_progs,unit)
	@bad=0; for t in $^; do echo "UNIT    $$t"; "$$t" || bad=1; done; exit $$bad

fuzz-build: $(call test_progs,fuzz)

# small static programs that the tests run inside, and what bench measures with
helpers: $(call test_progs,helpers)

define link_one
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $< -o $@
endef

$(call test_progs,helpers) $(call test_progs,bench): build/%: $(OBJ)/tests/%.o
	$(link_one)

# /init of the machine of another kind that a test boots
$(O)/boot: $(OBJ)/tests/helpers/boot.o
	$(link_one)

# -- other compilers, other machines

clang: ## the programs by the second compiler, in build/clang
	@$(MAKE) VARIANT=clang all

aarch64: ## the programs for aarch64, in build/aarch64
	@$(MAKE) VARIANT=aarch64 all build/aarch64/boot

# inside a container only the static cinit can run, so that one is embedded
asan: all ## all with glibc, ASan and UBSan, in build/asan
	@$(MAKE) VARIANT=asan EMBED=$(O)/cinit-inside all

repro: ## build twice in different directories and compare the bytes
	$(Q).ci/repro

# -- looking at it

size: all ## sizes, and whether they are within what we promise
	@size $(O)/cinit $(O)/claunch $(O)/cinit-oci
	@.ci/size-check $(O)/cinit 126976 $(O)/claunch 358400 $(O)/cinit-oci 512000

lint: lint-needs ## clang-tidy, shellcheck, who may include whom
	$(Q).ci/lint build/sys/$(HOST) build/lib-$(HOST) build/gen/$(HOST)

lint-needs: build/sys/$(HOST)/.done build/lib-$(HOST)/.done \
		$(addprefix build/gen/$(HOST)/,seccomp_builtin.h cap_names.h)

c_files = $(shell find init setup tests -name '*.[ch]')

format: ## put all C files into the house form
	$(Q)clang-format -i $(c_files)

format-check: ## say which C files are not in it
	$(Q)clang-format --dry-run -Werror $(c_files)

# -- the rest

install: all ## DESTDIR= PREFIX=/usr SBINDIR=/sbin
	install -d $(DESTDIR)$(SBINDIR) $(DESTDIR)$(BINDIR)
	install -m 755 $(O)/cinit $(DESTDIR)$(SBINDIR)/cinit
	install -m 755 $(O)/claunch $(DESTDIR)$(BINDIR)/claunch
	install -m 755 $(O)/cinit-oci $(DESTDIR)$(BINDIR)/cinit-oci
	for page in $(wildcard docs/*.[58]); do \
		dir=$(DESTDIR)$(MANDIR)/man$${page##*.} && \
		install -d $$dir && install -m 644 $$page $$dir/ || exit 1; \
	done

clean: ## remove all results but the fetched sources (build/cache)
	$(Q)[ ! -d build ] || find build -mindepth 1 -maxdepth 1 ! -name cache \
		-exec rm -rf {} +

help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):\([^#=]*\)## \(.*\)/  \1	\3/p' Makefile | \
		sed 's/^/make/' | expand -t 20
	@echo 'V=1 shows the commands, CINIT_CACHE=DIR keeps fetched files there,'
	@echo 'DEPS=DIR takes them from there instead of the network.'

.PHONY: run run-vm test check bench images images-oci images-vm unit unit-run fuzz fuzz-build helpers clang \
	aarch64 asan repro size lint lint-needs format format-check install clean help
