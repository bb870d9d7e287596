import { UsageError } from '../../disk/usage-error.ts'
import type { WholeSweep } from '../../study/sweep/join-shards.ts'
import type { PointStore } from '../points/point-store.ts'
import { errorOf, type PointEnd, type PointSource } from './point-source.ts'

/** Takes the points of a sweep from the folders of its shards, and copies them to another store if there is one. */
export class MergedPoints implements PointSource {
  readonly #points: WholeSweep<PointStore>['points']
  readonly #store: PointStore | null

  constructor(points: WholeSweep<PointStore>['points'], store: PointStore | null) {
    this.#points = points
    this.#store = store
  }

  async obtain(index: number): Promise<PointEnd> {
    const { key, store } = this.#points[index]
    const stored = store.get(key)
    if (stored.kind !== 'whole') throw new UsageError(`${store.pathOf(key)} was changed while it was read`)
    const { outcome } = stored
    const end = { seed: outcome.kind === 'result' ? outcome.result.seed : outcome.seed, outcome }
    if (this.#store === null || this.#store.get(key).kind === 'whole') return end
    return { ...end, stored: errorOf(this.#store.put(key, outcome)) }
  }
}
