// A plugin of Stryker. Stryker changes places of a source, and a place may hold mutants that were not drawn: those are
// not tested.
import { nameOf } from './mutants.mjs'

export const NOT_DRAWN = 'not drawn'

class DrawnMutants {
  static inject = ['options']

  constructor({ drawn }) {
    this.drawn = new Set(drawn)
  }

  async init() {}

  async check(mutants) {
    return Object.fromEntries(
      mutants.map((mutant) => [
        mutant.id,
        this.drawn.has(nameOf(mutant)) ? { status: 'passed' } : { status: 'compileError', reason: NOT_DRAWN },
      ]),
    )
  }

  group(mutants) {
    return [mutants.map(({ id }) => id)]
  }
}

export const strykerPlugins = [{ kind: 'Checker', name: 'drawn', injectableClass: DrawnMutants }]
