import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { Instrumenter } from '@stryker-mutator/instrumenter'
import alea from 'seedrandom/lib/alea.js'
import { EQUIVALENT } from './equivalent.mjs'
import { sourcesIn } from './folders.mjs'

/** Texts of messages are not behaviour that tests should repeat. */
export const EXCLUDED = ['StringLiteral']

const silent = { isDebugEnabled: () => false, debug() {}, info() {}, warn() {} }

/** Returns what names a mutant in each run, whichever other places are changed. Places count from 0. */
export function nameOf({ fileName, location: { start, end }, mutatorName, replacement }) {
  const place = `${relative(process.cwd(), fileName)}:${start.line}:${start.column}-${end.line}:${end.column}`
  return `${place} ${mutatorName} ${replacement}`
}

/**
 * Returns all mutants of a folder but those that are known to change no behaviour. With a `sample`, so many of them,
 * drawn by the seed and the text of each, so that changes elsewhere do not change the draw.
 */
export async function drawMutants(folder, { sample, seed }) {
  const mutants = (await mutantsOf(folder)).filter((mutant) => !isEquivalent(mutant))
  if (sample === undefined || sample >= mutants.length) return { total: mutants.length, mutants }
  const textOf = (mutant) => [mutant.fileName, mutant.mutatorName, originalOf(mutant), mutant.replacement].join('\n')
  const drawn = mutants.map((mutant) => ({ mutant, order: alea(`${seed}\n${textOf(mutant)}`).double() }))
  drawn.sort((a, b) => a.order - b.order)
  return { total: mutants.length, mutants: drawn.slice(0, sample).map(({ mutant }) => mutant) }
}

async function mutantsOf(folder) {
  const { mutants } = await new Instrumenter(silent).instrument(
    sourcesIn(folder).map((name) => ({ name, content: readFileSync(name, 'utf8'), mutate: true })),
    { excludedMutations: EXCLUDED, ignorers: [], noHeader: true, plugins: null },
  )
  return mutants.filter(({ status }) => status === undefined)
}

/** Returns the place of a mutant as Stryker reads it: lines from 1, columns from 0. */
export function placeOf({ fileName, location: { start, end } }) {
  return `${fileName}:${start.line + 1}:${start.column}-${end.line + 1}:${end.column}`
}

const sources = new Map()

/** Returns the text that a mutant replaces. */
export function originalOf({ fileName, location: { start, end } }) {
  if (!sources.has(fileName)) sources.set(fileName, readFileSync(fileName, 'utf8').split('\n'))
  const lines = sources.get(fileName).slice(start.line, end.line + 1)
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column)
  lines[0] = lines[0].slice(start.column)
  return lines.join('\n')
}

function isEquivalent(mutant) {
  return EQUIVALENT.some(
    ({ file, was, becomes }) =>
      file === mutant.fileName && was === originalOf(mutant) && becomes.includes(mutant.replacement),
  )
}
