/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Container runtimes leave their mark in cgroup paths. Each way is one row of a table; the path
 * is read from its leaf to its root, and the first hit is the container.
 */
#include "config.h"

#include <ctype.h>

#include "private.h"
#include "whose/container.h"

struct part {
	const char *text;
	size_t len;
};

enum id_kind {
	ID_HEX,  /* 64 hexadecimal digits, or 32 (static pods) */
	ID_NAME, /* anything */
	ID_UNIT, /* anything, escaped by systemd: \x2d is "-" */
	ID_NONE, /* a runtime's own process, not the container: ends the search */
};

/* How one part of a path names a container. "" fits anything; NULL as parent: any or none. */
static const struct rule {
	const char *parent; /* the part above, a prefix of it where it ends with "*" */
	const char *prefix, *suffix;
	enum id_kind kind;
	const char *runtime;
} rules[] = {
	/* systemd scopes and services; monitors before what they watch */
	{ NULL, "crio-conmon-", ".scope", ID_NONE, NULL },
	{ NULL, "libpod-conmon-", ".scope", ID_NONE, NULL },
	{ NULL, "lxc.monitor.", "", ID_NONE, NULL },
	{ NULL, "machine-qemu", "", ID_NONE, NULL },
	{ NULL, "docker-", ".scope", ID_HEX, "docker" },
	{ NULL, "cri-containerd-", ".scope", ID_HEX, "containerd" },
	{ NULL, "crio-", ".scope", ID_HEX, "cri-o" },
	{ NULL, "libpod-payload-", "", ID_HEX, "podman" },
	{ NULL, "libpod-", ".scope", ID_HEX, "podman" },
	{ NULL, "libpod-", "", ID_HEX, "podman" },
	{ NULL, "nerdctl-", ".scope", ID_HEX, "containerd" },
	{ NULL, "buildkit-", ".scope", ID_NAME, "buildkit" },
	{ NULL, "machine-lxc\\x2d", ".scope", ID_UNIT, "libvirt" },
	{ NULL, "machine-", ".scope", ID_UNIT, "nspawn" },
	{ NULL, "systemd-nspawn@", ".service", ID_UNIT, "nspawn" },
	{ NULL, "app-flatpak-", ".scope", ID_UNIT, "flatpak" },
	{ NULL, "snap.", ".scope", ID_NAME, "snap" },
	{ NULL, "snap.", ".service", ID_NAME, "snap" },
	{ NULL, "lxc.payload.", "", ID_NAME, "lxc" },
	/* plain directories, told by what they are in */
	{ "lxc.payload", "", "", ID_NAME, "lxc" },
	{ "lxc", "", "", ID_NAME, "lxc" },
	{ "buildkit", "", "", ID_NAME, "buildkit" },
	{ "docker", "", "", ID_HEX, "docker" },
	{ "libpod_parent", "libpod-", "", ID_HEX, "podman" },
	{ "podman-*", "", "", ID_HEX, "podman" },
	{ "pod*", "", "", ID_HEX, "kubernetes" },
	{ "good", "", "", ID_NAME, "garden" },
	{ "k8s.io", "", "", ID_HEX, "containerd" },
	{ "default", "", "", ID_HEX, "containerd" },
};

static bool starts(struct part p, const char *prefix)
{
	size_t n = strlen(prefix);

	return p.len >= n && memcmp(p.text, prefix, n) == 0;
}

static bool ends(struct part p, const char *suffix)
{
	size_t n = strlen(suffix);

	return p.len >= n && memcmp(p.text + p.len - n, suffix, n) == 0;
}

static bool is(struct part p, const char *text)
{
	return p.len == strlen(text) && memcmp(p.text, text, p.len) == 0;
}

static bool is_hex_id(struct part p)
{
	if (p.len != 64 && p.len != 32)
		return false;
	for (size_t i = 0; i < p.len; i++)
		if (!isxdigit((unsigned char)p.text[i]))
			return false;
	return true;
}

static void copy(char *to, size_t room, struct part p)
{
	size_t n = p.len < room ? p.len : room - 1;

	memcpy(to, p.text, n);
	to[n] = '\0';
}

/* Undoes systemd's escaping: "\x2d" is "-". */
static void copy_unescaped(char *to, size_t room, struct part p)
{
	size_t n = 0;

	for (size_t i = 0; i < p.len && n + 1 < room; i++) {
		char hex[3] = { 0 };

		if (p.len - i >= 4 && p.text[i] == '\\' && p.text[i + 1] == 'x' &&
		    isxdigit((unsigned char)p.text[i + 2]) &&
		    isxdigit((unsigned char)p.text[i + 3])) {
			memcpy(hex, p.text + i + 2, 2);
			to[n++] = (char)strtoul(hex, NULL, 16);
			i += 3;
		} else {
			to[n++] = p.text[i];
		}
	}
	to[n] = '\0';
}

static bool parent_fits(const char *wanted, const struct part *parent)
{
	char prefix[32];
	size_t n;

	if (!wanted)
		return true;
	if (!parent)
		return false;
	n = strlen(wanted);
	if (wanted[n - 1] != '*')
		return is(*parent, wanted);
	snprintf(prefix, sizeof(prefix), "%.*s", (int)n - 1, wanted);
	return starts(*parent, prefix);
}

/* Sets @id to the part of @p that names the container, where @rule fits. */
static bool rule_fits(const struct rule *rule, struct part p, const struct part *parent,
		      struct part *id)
{
	if (!starts(p, rule->prefix) || !ends(p, rule->suffix) ||
	    p.len <= strlen(rule->prefix) + strlen(rule->suffix) ||
	    !parent_fits(rule->parent, parent))
		return false;
	id->text = p.text + strlen(rule->prefix);
	id->len = p.len - strlen(rule->prefix) - strlen(rule->suffix);
	return rule->kind != ID_HEX || is_hex_id(*id);
}

/*
 * "X.slice:cri-containerd:ID" and "system.slice:docker:ID": runc was given a systemd cgroup and
 * took it for a directory.
 */
static bool colon_form(struct part p, struct part *runtime, struct part *id)
{
	const char *first = memchr(p.text, ':', p.len);
	const char *second =
		first ? memchr(first + 1, ':', p.len - (size_t)(first + 1 - p.text)) : NULL;

	if (!second)
		return false;
	*runtime = (struct part){ first + 1, (size_t)(second - first - 1) };
	*id = (struct part){ second + 1, p.len - (size_t)(second + 1 - p.text) };
	return id->len > 0 && (is(*runtime, "docker") || is(*runtime, "cri-containerd"));
}

static void found(struct xns_whose *w, const char *runtime, struct part id, enum id_kind kind)
{
	if (w->depth++ > 0)
		return; /* what the container is nested in */
	snprintf(w->runtime, sizeof(w->runtime), "%s", runtime);
	if (kind == ID_UNIT)
		copy_unescaped(w->container, sizeof(w->container), id);
	else
		copy(w->container, sizeof(w->container), id);
}

/* Returns false where the search ends: what is here is no container, though it is in its path.
 */
static bool match_container(struct xns_whose *w, struct part p, const struct part *parent)
{
	struct part id, runtime;

	if (colon_form(p, &runtime, &id)) {
		found(w,
		      is(runtime, "docker") ? (is_hex_id(id) ? "docker" : "buildkit")
					    : "containerd",
		      id, ID_NAME);
		return true;
	}
	for (size_t i = 0; i < XNS_COUNT(rules); i++) {
		if (!rule_fits(&rules[i], p, parent, &id))
			continue;
		if (rules[i].kind == ID_NONE)
			return false;
		found(w, rules[i].runtime, id, rules[i].kind);
		return true;
	}
	return true;
}

/* "kubepods-burstable-pod22fd933a_ee61.slice", "pod74c13223-...", "libpod_pod_HEX.slice". */
static void match_pod(struct xns_whose *w, struct part p)
{
	const char *at;

	if (w->pod[0])
		return;
	if (starts(p, "libpod_pod_")) {
		p.text += 11;
		p.len -= 11;
		if (ends(p, ".slice"))
			p.len -= 6;
		copy(w->pod, sizeof(w->pod), p);
		return;
	}
	if (starts(p, "kubepods") || starts(p, "kubelet-kubepods")) {
		at = memmem(p.text, p.len, "-pod", 4);
		if (!at || !ends(p, ".slice"))
			return;
		at += 4;
		copy(w->pod, sizeof(w->pod),
		     (struct part){ at, p.len - (size_t)(at - p.text) - 6 });
		for (char *c = w->pod; *c; c++)
			if (*c == '_')
				*c = '-';
	} else if (starts(p, "pod") && p.len >= 3 + 32) {
		copy(w->pod, sizeof(w->pod), (struct part){ p.text + 3, p.len - 3 });
	}
}

static void match_unit(struct xns_whose *w, struct part p)
{
	if (!w->unit[0] && (ends(p, ".service") || ends(p, ".scope")))
		copy(w->unit, sizeof(w->unit), p);
}

/* The last part of the @len bytes at @path, which is cut off it. */
static bool last_part(const char *path, size_t *len, struct part *p)
{
	while (*len && path[*len - 1] == '/')
		--*len;
	if (!*len)
		return false;
	size_t end = *len;
	while (*len && path[*len - 1] != '/')
		--*len;
	*p = (struct part){ path + *len, end - *len };
	return true;
}

void xns_whose_from_path(const char *path, size_t len, struct xns_whose *whose)
{
	struct part p, above;
	bool looking = true;

	memset(whose, 0, sizeof(*whose));
	/* "/../.." leads out of our own cgroup namespace: what follows counts. */
	while (len >= 3 && memcmp(path, "/..", 3) == 0 && (len == 3 || path[3] == '/')) {
		path += 3;
		len -= 3;
	}
	for (bool more = last_part(path, &len, &p); more; p = above) {
		more = last_part(path, &len, &above);
		looking = looking && match_container(whose, p, more ? &above : NULL);
		match_pod(whose, p);
		match_unit(whose, p);
	}
}

/* The path in the line of @text whose controllers are @wanted ("" for cgroup v2), or NULL. */
static const char *path_of(const char *text, const char *wanted, size_t *len)
{
	for (const char *line = text; *line;) {
		size_t line_len = strcspn(line, "\n");
		const char *first = memchr(line, ':', line_len);
		const char *second =
			first ? memchr(first + 1, ':', line_len - (size_t)(first + 1 - line))
			      : NULL;

		if (second) {
			struct part list = { first + 1, (size_t)(second - first - 1) };
			bool hit = is(list, wanted);

			for (const char *at = list.text; !hit && at < second;) {
				const char *comma = memchr(at, ',', (size_t)(second - at));
				const char *end = comma ? comma : second;
				hit = is((struct part){ at, (size_t)(end - at) }, wanted);
				at = end + 1;
			}
			if (hit) {
				*len = line_len - (size_t)(second + 1 - line);
				return second + 1;
			}
		}
		line += line_len;
		line += *line == '\n';
	}
	return NULL;
}

void xns_whose_from_cgroup(const char *text, struct xns_whose *whose)
{
	static const char *const order[] = { "", "name=systemd", "memory", "pids", "cpu" };

	memset(whose, 0, sizeof(*whose));
	for (size_t i = 0; i < XNS_COUNT(order); i++) {
		size_t len;
		const char *path = path_of(text, order[i], &len);

		if (!path || (len == 1 && *path == '/'))
			continue;
		xns_whose_from_path(path, len, whose);
		return;
	}
}
