import { loadScenario } from '../../../src/scenario/load.ts'
import type { StreamCell } from './stream-cell.ts'
import { type StreamPart, streamFigures } from './stream-figures.ts'
import { KEYS, streamScenarioOf } from './stream-scenario.ts'

/** The figures of a cell by metric, or the reason why there are none. */
export type StreamPrediction =
  | { readonly ok: true; readonly figures: ReadonlyMap<string, number> }
  | { readonly ok: false; readonly kind: 'not modelled' | 'failed'; readonly reason: string }

/** The metrics of keys that are the same whatever their number is. */
const OF_ONE_KEY = ['key_median_ms', 'conns']

const PARTS: Readonly<Record<string, StreamPart>> = {
  'pf-setup': 'until-upgrade',
  'pf-down': 'after-upgrade',
  'pf-up': 'after-upgrade',
  'exec-idle': 'idle',
  'pf-idle': 'idle',
}

export function predictStream(cell: StreamCell, seed: number): StreamPrediction {
  if (!cell.what.startsWith('exec-keys')) return predictRun(cell, seed, 0)
  const [longer, shorter] = [KEYS.longer, KEYS.shorter].map((keys) => predictRun(cell, seed, keys))
  if (!longer.ok) return longer
  if (!shorter.ok) return shorter
  const figures = [...longer.figures].map(([metric, value]): [string, number] => [
    metric,
    OF_ONE_KEY.includes(metric) ? value : value - (shorter.figures.get(metric) ?? 0),
  ])
  return { ok: true, figures: new Map([...figures, ['conns', 0]]) }
}

function predictRun(cell: StreamCell, seed: number, keys: number): StreamPrediction {
  const scenario = streamScenarioOf(cell, keys)
  if (!scenario.ok) return { ok: false, kind: 'not modelled', reason: scenario.reason }
  const loaded = loadScenario({ text: scenario.text, file: 'cell' }, { seed })
  if (!loaded.ok) {
    const messages = new Set(loaded.problems.map(({ message }) => message))
    return { ok: false, kind: 'not modelled', reason: [...messages].join('; ') }
  }
  const figures = streamFigures(loaded.scenario, cell.rttMs, PARTS[cell.what] ?? 'whole')
  if (figures === null) return { ok: false, kind: 'failed', reason: `seed ${seed}: the command did not end` }
  return { ok: true, figures }
}
