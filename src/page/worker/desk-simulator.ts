import type { Result } from '../../measure/result.ts'
import type { CheckedScenario } from '../../scenario/load.ts'
import { inPlace } from '../../study/simulator/in-place.ts'
import type { RunBudget, SimulationProgress, Simulator } from '../../study/simulator/simulator.ts'
import type { Desk } from './desk.ts'

/** A simulator in this worker. It reports how many simulations have ended, and stops when a newer question has come. */
export class DeskSimulator implements Simulator {
  readonly jobs = 1
  #desk: Desk
  #interruption = new AbortController()
  #simulator: Simulator
  #ended = 0
  #planned = 0

  constructor(desk: Desk) {
    this.#desk = desk
    this.#simulator = inPlace({ interruption: this.#interruption.signal })
  }

  /** Goes on for another question. */
  serve(desk: Desk): void {
    this.#desk = desk
    this.#interruption = new AbortController()
    this.#simulator = inPlace({ interruption: this.#interruption.signal })
    this.#ended = 0
    this.#planned = 0
  }

  get interruption(): AbortSignal {
    return this.#interruption.signal
  }

  async simulate(batch: readonly CheckedScenario[], stop: AbortSignal, budget?: RunBudget): Promise<readonly Result[]> {
    const results: Result[] = []
    for (const scenario of batch) {
      await this.pause()
      results.push(...(await this.#simulator.simulate([scenario], stop, budget)))
    }
    return results
  }

  begin(simulations: number): SimulationProgress {
    const before = this.#ended
    this.#planned += simulations
    return {
      update: (count) => {
        this.#ended = before + count
        this.#desk.reply({ kind: 'tried', ended: this.#ended, of: this.#planned })
      },
      stop() {},
    }
  }

  async pause(): Promise<void> {
    await this.#desk.pause()
    if (this.#desk.isStale()) this.#interruption.abort()
  }
}
