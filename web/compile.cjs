// Compiles the stylesheet: `node compile.cjs IN.scss OUT.css`. Through the library
// and not its command, which wants a newer Node.js than Debian 12 has.
const { writeFileSync } = require('node:fs')
const { join } = require('node:path')
const sass = require('sass')
const [from, to] = process.argv.slice(2)
const made = sass.compile(join(__dirname, from), { style: 'compressed', quietDeps: true, loadPaths: [join(__dirname, 'node_modules')] })
writeFileSync(to, made.css)
