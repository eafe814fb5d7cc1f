# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh
# Where Debian's archive is: whatever mirror the apt of this machine is configured with, so that
# no file of ours names one. For tests/kernels and tests/distros.

# debian_mirror: prints the URI of the archive (main, not the security one); 1 where there is none
debian_mirror() {
	command -v apt-get >/dev/null 2>&1 || return 1
	# shellcheck disable=SC2016 # apt expands these
	apt-get indextargets \
		--format '$(CREATED_BY) $(COMPONENT) $(RELEASE) $(ORIGIN) $(REPO_URI)' |
		awk -v codename="$(. /etc/os-release && echo "${VERSION_CODENAME:-sid}")" '
			$1 == "Packages" && $2 == "main" && $3 !~ /security/ &&
			($4 == "Debian" || $3 == codename) { print $NF; found = 1; exit }
			END { exit !found }'
}

# debian_keyring: prints the file with the archive keys of all the releases, if it is there
debian_keyring() {
	for f in /usr/share/keyrings/debian-archive-keyring.gpg \
		/usr/share/keyrings/debian-archive-keyring.pgp; do
		[ -e "$f" ] && echo "$f" && return 0
	done
	return 1
}

# cache_dir NAME: prints the directory (made if need be) where downloads of this kind are kept
cache_dir() {
	if [ -n "${XDG_CACHE_HOME:-}" ]; then
		cache=$XDG_CACHE_HOME
	elif [ "$(id -u)" -eq 0 ]; then
		cache=/var/cache
	else
		cache=${HOME:?}/.cache
	fi
	mkdir -p "$cache/$1" && echo "$cache/$1"
}
