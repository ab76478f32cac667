// Writes the files of kerascheck where Python finds them.
export const HOME = "/lib/checker";

/** Write texts by path; Python would take as long for it as for a whole start. */
export function unpack(FS, files) {
  for (const folder of new Set(Object.keys(files).map(parent))) {
    FS.mkdirTree(`${HOME}/${folder}`);
  }
  for (const [name, text] of Object.entries(files)) FS.writeFile(`${HOME}/${name}`, text);
}

const parent = (name) => name.slice(0, Math.max(name.lastIndexOf("/"), 0));
