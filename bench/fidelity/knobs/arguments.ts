import { KNOB_CELLS, type KnobCell } from './knob-cells.ts'

export const USAGE = `npm run lab:knobs -- [KNOB]... ["KNOB: SETTING"]...

Measures the real stack of this machine with one knob of TCP moved at a time, in network namespaces that it makes and removes
(Linux, root; cores with nothing else to do). What comes of each takes the place of its rows in bench/fidelity/knobs.csv.

  KNOB             all settings of it; without words: of all of them
  "KNOB: SETTING"  only that one

${knobsInWords()}

Exit: 0 all measured, 1 it went wrong, 2 usage, or something is missing.`

export type ReadKnobArguments =
  | { readonly ok: true; readonly cells: readonly KnobCell[] }
  | { readonly ok: false; readonly message: string }

export function readKnobArguments(words: readonly string[]): ReadKnobArguments {
  const isNamed = (cell: KnobCell, word: string) => word === cell.knob || word === nameOf(cell)
  const unknown = words.find((word) => !KNOB_CELLS.some((cell) => isNamed(cell, word)))
  if (unknown !== undefined) return { ok: false, message: `unknown: ${unknown}` }
  const cells = KNOB_CELLS.filter((cell) => words.length === 0 || words.some((word) => isNamed(cell, word)))
  return { ok: true, cells }
}

export function nameOf({ knob, setting }: KnobCell): string {
  return `${knob}: ${setting}`
}

function knobsInWords(): string {
  const knobs = [...new Set(KNOB_CELLS.map(({ knob }) => knob))]
  const settingsOf = (wanted: string) => KNOB_CELLS.flatMap(({ knob, setting }) => (knob === wanted ? [setting] : []))
  return knobs.map((knob) => `  ${knob}: ${settingsOf(knob).join(', ')}`).join('\n')
}
