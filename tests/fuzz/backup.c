/* Any bytes as a backup file: what stands behind its seal is told, or it is refused in words;
 * never more bytes than the file has. */
#include "help.h"
#include "store/store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char folder[256], path[300];
	struct err e = { .rc = RC_OK };
	struct backup_info info;
	struct buf state AUTO(buf_release);
	if (!path[0]) {
		fuzz_folder(folder);
		snprintf(path, sizeof path, "%s/b", folder);
	}
	fuzz_file(folder, "b", (struct str){ (const char *)data, size });
	buf_init(&state, 1u << 20);
	if (store_backup_look(path, &info, &state, &e) != RC_OK) {
		if (!e.text[0])
			abort();
	} else if (info.bytes < 0 || (uint64_t)info.bytes > size) {
		abort();
	}
	return 0;
}
