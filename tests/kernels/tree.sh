# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh
# Makes the guest's file tree out of this machine's programs, the built tools and the tests.
# A program that is not here is left out; a test that needs it skips.

guest_programs="
sh bash env cat cp mv rm ln ls mkdir mktemp rmdir chmod chown chgrp touch head tail sort uniq cut
tr wc tee seq sleep timeout true false test [ expr printf echo date id stat readlink realpath
basename dirname dd mkfifo mknod nproc od paste comm join sync truncate uname chroot nice nohup
tac yes sha256sum md5sum cksum base64 stty tty stdbuf numfmt shuf df du install pwd
grep sed awk find xargs diff cmp tar getconf locale getent iconv
unshare nsenter lsns setpriv mount umount mountpoint findmnt ipcs ipcmk ipcrm lsipc prlimit taskset
script setsid flock hostname getopt su runuser switch_root pivot_root losetup newuidmap newgidmap
ps pgrep pkill free uptime sysctl kill top capsh ip ss insmod jq strace python3 mandoc expect tmux perl file xxd"

# Copies a file to the same place below ROOT, links followed, with the libraries it is linked to.
put_file() { # ROOT FILE
	[ ! -e "$1$2" ] || return 0
	mkdir -p "$1${2%/*}" && cp -L "$2" "$1$2"
}

put_libraries() { # ROOT FILES...
	tree_root=$1
	shift
	# one file a call: ldd of several ends at the first that is static
	for f in "$@"; do
		ldd "$f" 2>/dev/null || :
	done | awk '{ for (i = 1; i <= NF; i++) if ($i ~ /^\//) { print $i; break } }' | sort -u |
		while read -r library; do
			put_file "$tree_root" "${library%:}"
		done
}

put_programs() { # ROOT NAMES...
	put_root=$1
	shift
	for name in "$@"; do
		for dir in /usr/bin /usr/sbin /bin /sbin; do
			[ -f "$dir/$name" ] || continue
			put_file "$put_root" "$dir/$name"
			put_libraries "$put_root" "$dir/$name"
			break
		done
	done
}

put_python() { # ROOT
	stdlib=$(/usr/bin/python3 -c 'import sysconfig; print(sysconfig.get_path("stdlib"))' 2>/dev/null) ||
		return 0
	mkdir -p "$1$stdlib"
	tar -C "$stdlib" -cf - --exclude=test --exclude=tests --exclude=idlelib --exclude=tkinter \
		--exclude=lib2to3 --exclude=ensurepip --exclude=dist-packages \
		--exclude=site-packages --exclude='config-*' --exclude=pydoc_data \
		--exclude=turtledemo --exclude=unittest . | tar -C "$1$stdlib" -xf -
	put_libraries "$1" "$stdlib"/lib-dynload/*.so
}

put_system() { # ROOT: directories and the few files of /etc that programs ask for
	mkdir -p "$1/usr/bin" "$1/usr/sbin" "$1/usr/lib" "$1/usr/lib64" "$1/etc" "$1/var" \
		"$1/tmp" "$1/mnt" "$1/srv" "$1/opt" "$1/home" "$1/media"
	for d in bin sbin lib lib64; do
		ln -s "usr/$d" "$1/$d"
	done
	ln -s ../run "$1/var/run"
	for f in passwd group nsswitch.conf subuid subgid login.defs; do
		[ ! -r "/etc/$f" ] || cp -L "/etc/$f" "$1/etc/$f"
	done
	echo '127.0.0.1 localhost guest' >"$1/etc/hosts"
	[ ! -d /usr/lib/locale/C.utf8 ] || {
		mkdir -p "$1/usr/lib/locale" && cp -R /usr/lib/locale/C.utf8 "$1/usr/lib/locale/"
	}
}

# The sources that tests look at, and what the build made that can be run.
put_project() { # ROOT SRCDIR BUILDDIR
	mkdir -p "$1/xns/src" "$1/xns/build"
	(
		cd "$2" || exit
		find cmd lib man completion tests examples Makefile.am README.md NEWS \
			-type f ! -path '*/.*' ! -name '*.o' ! -name '*.lo' ! -name '*.la' \
			! -name '*.log' ! -name '*.trs' ! -perm -100 -print 2>/dev/null || : # not all are there
		find tests -type f -name '*.t' -print
	) | sort -u | tar -C "$2" -T - -cf - | tar -C "$1/xns/src" -xf -
	(
		cd "$3" && find . -name conftest.dir -prune -o -type f \
			\( -perm -100 -o -name '*.so*' \) ! -name '*.t' ! -name '*.sh' \
			! -name libtool ! -name config.status ! -name configure \
			! -path './.git/*' ! -path './build-aux/*' ! -path './xns-*' -print
		echo ./config.h
		echo ./Makefile
	) | sort -u >"$1.programs"
	tar -C "$3" -T "$1.programs" -cf - | tar -C "$1/xns/build" -xf -
	(cd "$3" && while read -r f; do put_libraries "$1" "$f"; done <"$1.programs")
	rm -f "$1.programs"
}

# make_tree WORK SRCDIR BUILDDIR TESTS: leaves WORK/root.tar and WORK/stage1, the initramfs that
# unpacks it; modules are added to that for each kernel.
make_tree() {
	root=$1/root
	put_system "$root"
	# shellcheck disable=SC2086 # a list
	put_programs "$root" $guest_programs
	put_python "$root"
	put_project "$root" "$2" "$3"
	cp "$2/tests/kernels/init" "$root/xns/init"
	chmod 755 "$root/xns/init"
	cp "$4" "$root/xns/tests"
	tar -C "$root" --owner=0 --group=0 -cf "$1/root.tar" .

	mkdir -p "$1/stage1/usr/bin" "$1/stage1/usr/sbin" "$1/stage1/usr/lib" "$1/stage1/usr/lib64"
	for d in bin sbin lib lib64; do
		ln -s "usr/$d" "$1/stage1/$d"
	done
	put_programs "$1/stage1" sh mount mkdir tar insmod switch_root
	cp "$root/xns/init" "$1/stage1/init"
	mv "$1/root.tar" "$1/stage1/root.tar"
	rm -rf "${root:?}"
}
