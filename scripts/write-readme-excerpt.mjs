// Takes the README's excerpt of `npm start` anew from results/kubernetes-paths: node scripts/write-readme-excerpt.mjs
// Each of its lines gives way to the line of the new table that begins with the same word. Needs a build.
import { readFileSync, writeFileSync } from 'node:fs'
import { table } from '../dist/report/table.js'

const readme = new URL('../README.md', import.meta.url)
const summary = new URL('../results/kubernetes-paths/summary.json', import.meta.url)
const firstWord = (line) => line.trim().split(' ')[0]

const lines = table({ hasColor: false }).write(JSON.parse(readFileSync(summary, 'utf8'))).split('\n')
const newLine = new Map(lines.map((line) => [firstWord(line), line]))
const text = readFileSync(readme, 'utf8')
const excerpt = /(?<=<!-- Excerpt[^>]*-->\n\n```text\n)[^`]*(?=```)/
writeFileSync(readme, text.replace(excerpt, (old) => old.replace(/.+/g, (line) => newLine.get(firstWord(line)) ?? line)))
