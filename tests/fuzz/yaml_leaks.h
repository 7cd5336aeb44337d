/* Included by targets that read YAML. libfyaml 0.7.12 itself forgets a stack of keys when flow maps are nested deep and
 * broken off, and a list of pieces when a scalar goes over very many lines: 4 kB each time. We free all that it gave
 * us; only who may change rules or plans can send such a document. */
#ifndef LINNET_FUZZ_YAML_LEAKS_H
#define LINNET_FUZZ_YAML_LEAKS_H

const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfyaml";
}

#endif
