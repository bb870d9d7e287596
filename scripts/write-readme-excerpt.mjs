// Writes the README's excerpt of `npm start` anew from results/kubernetes-paths: node scripts/write-readme-excerpt.mjs
// Needs a build. What the excerpt shows is chosen in test/readme-excerpt.mjs, which test/readme.test.ts uses too.
import { readFileSync, writeFileSync } from 'node:fs'
import { jointTable } from '../dist/report/run/joint-table.js'
import { excerptOf } from '../test/readme-excerpt.mjs'

const readme = new URL('../README.md', import.meta.url)
const text = readFileSync(readme, 'utf8')
const place = /(?<=<!-- Excerpt[^>]*-->\n\n```text\n)[^`]*(?=```)/
writeFileSync(readme, text.replace(place, () => excerptOf(jointTable)))
