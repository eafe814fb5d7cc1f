# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh
# Gets Debian's cloud kernels into the cache: for each version a folder with vmlinuz, the modules
# that the tests can use (uncompressed, numbered in the order in which they load), and release.

# What tests make use of where it is there; in some of these kernels they are built in.
kernel_modules="overlay fuse tun dummy veth"

suite_of() { # kernel version → the Debian suite whose kernel it is
	case $1 in
	5.10*) echo bullseye ;;
	6.1 | 6.1.*) echo bookworm ;;
	6.12*) echo trixie ;;
	7 | 7.*) echo sid ;;
	*) return 1 ;;
	esac
}

# apt of a private root that knows one suite and touches nothing of the machine's own
private_apt() { # DIRECTORY PROGRAM ARGUMENTS...
	apt_dir=$1
	apt_program=$2
	shift 2
	"$apt_program" -q -o Dir::Etc::sourcelist="$apt_dir/sources.list" \
		-o Dir::Etc::sourceparts=- -o Dir::State="$apt_dir/state" \
		-o Dir::Cache="$apt_dir/cache" -o Acquire::Languages=none \
		-o APT::Sandbox::User="$(id -un)" "$@"
}

package_depends() { # APT-DIRECTORY PACKAGE REGEX: its dependencies that match
	private_apt "$1" apt-cache depends --no-recommends "$2" |
		sed -n 's/^ *Depends: //p' | grep -E "^($3)\$"
}

# Unpacks the modules into FETCHED/modules, in loading order. A kernel without one does without.
pick_modules() { # UNPACKED RELEASE FETCHED
	[ -e "$1/lib" ] || ln -s usr/lib "$1/lib"
	[ -e "$1/usr/lib" ] || { mkdir -p "$1/usr" && ln -s ../lib "$1/usr/lib"; }
	depmod -b "$1" "$2" 2>/dev/null || return 1
	n=10
	for module in $kernel_modules; do
		modprobe -d "$1" -S "$2" --show-depends "$module" 2>/dev/null || :
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' | while read -r file; do
		name=${file##*/}
		case $file in
		*.xz) xz -dc "$file" ;;
		*.zst) zstd -qdc "$file" ;;
		*.gz) gzip -dc "$file" ;;
		*) cat "$file" ;;
		esac >"$3/modules/$n-${name%%.ko*}.ko" || return 1
		n=$((n + 1))
	done
}

fetch_kernel() ( # VERSION CACHE: makes CACHE/VERSION; prints nothing but errors
	set -e
	suite=$(suite_of "$1")
	mirror=$(debian_mirror) || { echo "apt knows no Debian archive" >&2; exit 1; }
	work=$(mktemp -d "$2/fetching.XXXXXX")
	trap 'rm -rf "${work:?}"' EXIT
	mkdir -p "$work/apt/state/lists/partial" "$work/apt/cache/archives/partial" \
		"$work/tree" "$work/done/modules"
	signed=$(debian_keyring) && signed="[signed-by=$signed]" || signed=
	echo "deb $signed $mirror $suite main" >"$work/apt/sources.list"
	private_apt "$work/apt" apt-get update >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
	package=$(package_depends "$work/apt" linux-image-cloud-amd64 'linux-image-[0-9].*')
	# since 7.x the image package only pulls in others
	parts=$(package_depends "$work/apt" "$package" 'linux-(binary|modules)-[0-9].*') || :
	(
		cd "$work"
		# shellcheck disable=SC2086 # a list
		private_apt "$work/apt" apt-get download $package $parts
	) >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
	for deb in "$work"/*.deb; do
		dpkg-deb -x "$deb" "$work/tree"
	done
	image=$(find "$work/tree" -name 'vmlinuz*' -type f | head -n 1)
	cp "${image:?no kernel in $package}" "$work/done/vmlinuz"
	release=${package#linux-image-}
	echo "$release" >"$work/done/release"
	pick_modules "$work/tree" "$release" "$work/done"
	rm -rf "${2:?}/${1:?}"
	mv "$work/done" "$2/$1"
)
