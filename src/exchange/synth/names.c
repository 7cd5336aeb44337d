#include "exchange/synth/kid.h"

/* Names that nobody bears by accident: given names from many places, family
 * names made of birds and plants. */

static const char *const given[] = {
	"Wren",	  "Łukasz",  "Niamh",  "Blessing", "Zoë",   "Idris",   "Amara",	 "Tomasz", "Saoirse", "Kofi",
	"Yusuf",  "Anwen",   "Mateus", "Ọlá",	   "Freya", "Hamza",   "Ines",	 "Dafydd", "Leila",   "Bramble",
	"Chidi",  "Rowan",   "Soraya", "Emre",	   "Skye",  "Ngozi",   "Pavel",	 "Aoife",  "Tariq",   "Marigold",
	"Jun",	  "Kezia",   "Oskar",  "Priya",	   "Fern",  "Samir",   "Éloïse", "Malik",  "Robin",   "Thuy",
	"Ayaan",  "Hazel",   "Ivo",    "Zainab",   "Caleb", "Juniper", "Nuria",	 "Siôn",   "Abena",   "Finlay",
	"Mirela", "Sorrel",  "Dawit",  "Clover",   "Ravi",  "Birk",    "Adaeze", "Linnea", "Omar",    "Tansy",
	"Gethin", "Shanice", "Kit",    "Farid",	   "Poppy", "Anouk",
};
static const char *const heads[] = {
	"Bramble", "Thistle", "Finch",	 "Starling", "Heather", "Plover",  "Alder",   "Hawthorn",
	"Sparrow", "Meadow",  "Juniper", "Teasel",   "Willow",	"Curlew",  "Nettle",  "Kestrel",
	"Moorhen", "Fern",    "Lapwing", "Sedge",    "Dunnock", "Clover",  "Bracken", "Siskin",
	"Yarrow",  "Sorrel",  "Wagtail", "Rowan",    "Jackdaw", "Burdock", "Linnet",  "Gorse",
};
static const char *const tails[] = { "by",    "wood", "field", "worth", "ley",	 "combe",
				     "ridge", "mere", "well",  "garth", "stead", "brook" };
static const char *const whole[] = { "O'Finch",		  "Ó Starling",	  "Mac Wren",  "Featherstonehawk",
				     "Goldcrest-Adeyemi", "Thrushworthy", "Al-Hudhud", "Nightjarski",
				     "van der Kestrel",	  "Ap Llwynog",	  "de Merle",  "Oak-Okafor" };

static const char *pick(struct rand *r, const char *const *all, size_t n)
{
	return all[rand_int(r, 0, (int64_t)n - 1)];
}

const char *synth_given_name(struct rand *r)
{
	return pick(r, given, COUNT_OF(given));
}

void synth_family_name(struct rand *r, char *out, size_t n)
{
	if (rand_chance(r, 0.12)) {
		snprintf(out, n, "%s", pick(r, whole, COUNT_OF(whole)));
		return;
	}
	const char *head = pick(r, heads, COUNT_OF(heads)), *tail = pick(r, tails, COUNT_OF(tails));
	if (rand_chance(r, 0.08))
		snprintf(out, n, "%s%s-%s", head, tail, pick(r, heads, COUNT_OF(heads)));
	else
		snprintf(out, n, "%s%s", head, tail);
}

const char *synth_language(struct rand *r)
{
	static const char *const all[] = { "English",
					   "Polish",
					   "Romanian",
					   "Kurdish",
					   "Pashto",
					   "Tigrinya",
					   "Albanian",
					   "Arabic",
					   "Vietnamese",
					   "Bengali",
					   "British Sign Language" };
	static const double weights[] = { 90, 1.5, 1.2, 1, 1, 0.8, 1, 1, 0.8, 0.9, 0.3 };
	return all[rand_choice(r, weights, COUNT_OF(all))];
}
