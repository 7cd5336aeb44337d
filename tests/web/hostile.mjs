// Makes the hostile files of tests/web/hostile.sh. usage: node tests/web/hostile.mjs FOLDER [long]
// A line an entry: a file's name is what is wrong with it.
import { deflateRawSync, constants } from "node:zlib";
import { openSync, writeSync, closeSync, writeFileSync } from "node:fs";

const [folder, long] = process.argv.slice(2);
const put = (name, bytes) => writeFileSync(`${folder}/${name}`, bytes);

// ---- ZIP files, honest ones and others ----

const table = Array.from({ length: 256 }, (_, n) => {
	for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
	return n >>> 0;
});
const crc32 = (b) => {
	let c = 0xffffffff;
	for (const x of b) c = table[(c ^ x) & 255] ^ (c >>> 8);
	return (c ^ 0xffffffff) >>> 0;
};
// Of an entry: name, data; or packed and size; flags, says (the size that it tells).
function zip(entries) {
	const parts = [], directory = [];
	let at = 0;
	for (const e of entries) {
		const name = Buffer.from(e.name), data = Buffer.from(e.data ?? "");
		const packed = e.packed ?? deflateRawSync(data), big = (e.says ?? 0) > 0xffffffff;
		const says = e.says ?? e.size ?? data.length;
		const head = Buffer.alloc(26);
		head.writeUInt16LE(big ? 45 : 20, 0);
		head.writeUInt16LE(e.flags ?? 0, 2);
		head.writeUInt16LE(8, 4);
		head.writeUInt32LE(0x00210000, 6);
		head.writeUInt32LE(e.packed ? 0 : crc32(data), 10);
		head.writeUInt32LE(packed.length, 14);
		head.writeUInt32LE(big ? 0xffffffff : says, 18);
		head.writeUInt16LE(name.length, 22);
		const extra = Buffer.alloc(big ? 12 : 0);
		if (big) {
			extra.writeUInt16LE(1, 0);
			extra.writeUInt16LE(8, 2);
			extra.writeBigUInt64LE(BigInt(says), 4);
		}
		head.writeUInt16LE(extra.length, 24);
		const tail = Buffer.alloc(14);
		tail.writeUInt32LE(at, 10);
		parts.push(Buffer.from("PK\x03\x04"), head, name, extra, packed);
		directory.push(Buffer.from("PK\x01\x02"), Buffer.from([20, 0]), head, tail, name, extra);
		at += 30 + name.length + extra.length + packed.length;
	}
	const list = Buffer.concat(directory), end = Buffer.alloc(22);
	end.write("PK\x05\x06", "latin1");
	end.writeUInt16LE(entries.length, 8);
	end.writeUInt16LE(entries.length, 10);
	end.writeUInt32LE(list.length, 12);
	end.writeUInt32LE(at, 16);
	return Buffer.concat([...parts, list, end]);
}

// ---- workbooks ----

const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const rels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const packages = "http://schemas.openxmlformats.org/package/2006/";
const text = (t) => `<c t="inlineStr"><is><t>${t}</t></is></c>`;
const heading = ["NHS No", "LCS ID", "Forename", "Surname", "DOB"], child = ["9990001006", "E-9", "Zeb", "Hostile", "14/03/2016"];
const rows = (...all) => `<sheetData>${all.map((r) => `<row>${r.join("")}</row>`).join("")}</sheetData>`;
const good = rows(heading.map(text), child.map(text));
const sheet = (inside, doctype = "") => `<?xml version="1.0"?>${doctype}<worksheet xmlns="${main}">${inside}</worksheet>`;
const kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";
function parts(change = {}) {
	const all = {
		"[Content_Types].xml": `<Types xmlns="${packages}content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${kind}"/></Types>`,
		"_rels/.rels": `<Relationships xmlns="${packages}relationships"><Relationship Id="rId1" Type="${rels}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml": `<workbook xmlns="${main}" xmlns:r="${rels}"><sheets><sheet name="S1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="${packages}relationships"><Relationship Id="rId1" Type="${rels}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${rels}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml": sheet(good),
		...change,
	};
	return Object.entries(all).map(([name, data]) => ({ name, data }));
}
const book = (change) => zip(parts(change));
const laughs = `<!DOCTYPE x [<!ENTITY a0 "ha">${Array.from({ length: 30 }, (_, i) => `<!ENTITY a${i + 1} "&a${i};&a${i};">`).join("")}]>`;
const outside = `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>`;

// A part of many times the size that it has packed: a block of blanks, again and again.
function bomb(gigabytes, says) {
	const block = deflateRawSync(Buffer.alloc(1 << 20, " "), { finishFlush: constants.Z_FULL_FLUSH });
	const begun = deflateRawSync(Buffer.from(`<worksheet xmlns="${main}"><sheetData>`), { finishFlush: constants.Z_FULL_FLUSH });
	const packed = Buffer.concat([begun, ...Array(gigabytes * 1024).fill(block), deflateRawSync(Buffer.from("</sheetData></worksheet>"))]);
	return zip([...parts().slice(0, -1), { name: "xl/worksheets/sheet1.xml", packed, size: (gigabytes * 1024 + 1) << 20, says }]);
}
put("bomb-that-says-little.xlsx", bomb(1, 5000));
put("bomb-that-claims-20-gb.xlsx", bomb(1, 20 * 2 ** 30));
if (long) put("bomb-of-20-gb.xlsx", bomb(20, 20 * 2 ** 30));
let nested = Buffer.alloc(1 << 22);
for (let depth = 0; depth < 6; depth++) nested = zip(Array.from({ length: 16 }, (_, i) => ({ name: `${i}.zip`, data: nested })).slice(0, depth ? 4 : 16));
put("zips-in-zips.xlsx", nested);
put("a-cell-of-64-mb.xlsx", book({ "xl/worksheets/sheet1.xml": sheet(rows(heading.map(text), [text("x".repeat(64 << 20))])) }));
put("many-shared-texts.xlsx", book({ "xl/sharedStrings.xml": `<sst xmlns="${main}">${`<si><t>${"s".repeat(30000)}</t></si>`.repeat(6000)}</sst>` }));
put("macros.xlsm", book({ "[Content_Types].xml": `<Types xmlns="${packages}content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>`, "xl/vbaProject.bin": "\xd0\xcf\x11\xe0" }));
put("macros-called-xlsx.xlsx", book({ "xl/vbaProject.bin": "\xd0\xcf\x11\xe0" }));
put("laughs-in-a-sheet.xlsx", book({ "xl/worksheets/sheet1.xml": sheet(rows(heading.map(text), [text("&a30;")]), laughs) }));
put("laughs-in-the-list-of-sheets.xlsx", book({ "xl/workbook.xml": `${laughs}<workbook xmlns="${main}" xmlns:r="${rels}"><sheets><sheet name="&a30;" sheetId="1" r:id="rId1"/></sheets></workbook>` }));
put("laughs-in-shared-texts.xlsx", book({ "xl/sharedStrings.xml": `${laughs}<sst xmlns="${main}"><si><t>&a30;</t></si></sst>` }));
put("outside-entity-in-a-sheet.xlsx", book({ "xl/worksheets/sheet1.xml": sheet(rows(heading.map(text), [text("&e;")]), outside) }));
put("outside-entity-in-the-types.xlsx", book({ "[Content_Types].xml": `${outside}<Types xmlns="${packages}content-types">&e;</Types>` }));
const whole = book();
put("cut-short.xlsx", whole.subarray(0, whole.length - 300));
put("cut-in-the-first-part.xlsx", whole.subarray(0, 90));
put("bytes-changed.xlsx", Buffer.from(whole.map((b, i) => (i > 200 && i % 97 === 0 ? b ^ 0x55 : b))));
put("no-directory.xlsx", Buffer.from("PK\x03\x04 and then nothing of a workbook"));
put("names-that-climb.xlsx", zip([...parts().slice(0, -1), { name: "../../../../tmp/linnet-climbed", data: "x" }, { name: "/tmp/linnet-climbed", data: "x" }, { name: "..\\..\\linnet-climbed", data: "x" }]));
put("a-sheet-that-climbs.xlsx", book({ "xl/_rels/workbook.xml.rels": `<Relationships xmlns="${packages}relationships"><Relationship Id="rId1" Type="${rels}/worksheet" Target="../../../../../../etc/passwd"/></Relationships>` }));
put("with-a-password.xlsx", zip(parts().map((p) => ({ ...p, flags: 1 }))));
put("old-excel.xls", Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.alloc(4096)]));
put("a-password-of-excel.xlsx", Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.alloc(4096, "EncryptedPackage")]));
put("opendocument.ods", zip([{ name: "mimetype", data: "application/vnd.oasis.opendocument.spreadsheet" }, { name: "content.xml", data: "<x/>" }]));
put("a-pdf.pdf", "%PDF-1.7\n1 0 obj\n");
put("a-web-page.xls", "<html><body><table><tr><td>NHS No</td></tr></table></body></html>");

// ---- tables as text ----

put("nothing.csv", "");
put("nul.csv", "council,child_id,nhs_number\nEssex,E\0-9,9990001006\n");
put("not-utf-8.csv", Buffer.from("council,child_id,nhs_number\nEssex,E-9,\xff\xfe\x80\n", "latin1"));
put("utf-16.csv", Buffer.from("\ufeffcouncil,child_id,nhs_number\nEssex,E-9,9990001006\n", "utf16le"));
put("an-open-quote.csv", 'council,child_id,nhs_number\n"Essex,E-9,9990001006\n');
put("ten-thousand-columns.csv", `${"a,".repeat(10000)}\n`);
put("bytes-of-nothing.csv", Buffer.from(Array.from({ length: 9000 }, (_, i) => (i * i * 31 + 7 * i) & 255)));
const line = openSync(`${folder}/a-long-line.csv`, "w");
writeSync(line, 'council,child_id,nhs_number\nEssex,E-9,');
for (let i = 0; i < (long ? 100 : 8); i++) writeSync(line, Buffer.alloc(1 << 20, "x"));
closeSync(line);

// ---- returns as XML, and YAML ----

put("laughs.xml", `<?xml version="1.0"?>${laughs}<Message><Header><Collection>&a30;</Collection></Header></Message>`);
put("outside-entity.xml", `<?xml version="1.0"?>${outside}<Message><Header><Collection>&e;</Collection></Header></Message>`);
put("cut-short.xml", "<?xml version=\"1.0\"?><Message><Header><Collection>CLA");
put("deep.xml", "<a>".repeat(200000));
put("laughs.yaml", `a0: &a0 [x, x]\n${Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`).join("\n")}\n`);
put("deep.yaml", "[".repeat(50000));
