// Plugins of Stryker. Stryker changes places of a source, and a place may hold mutants that were not drawn: those are
// not tested. What survives is printed at once.
import { nameOf } from './mutants.mjs'
import { describe, hasSurvived, isTested } from './report.mjs'

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
        this.drawn.has(nameOf(mutant)) ? { status: 'passed' } : { status: 'compileError', reason: 'not drawn' },
      ]),
    )
  }

  group(mutants) {
    return [mutants.map(({ id }) => id)]
  }
}

/** A dot for each mutant that a test noticed, T for one that ran for ever, and what survived in full. */
class Progress {
  onMutantTested(mutant) {
    if (!isTested(mutant)) return
    if (hasSurvived(mutant)) process.stdout.write(`\n${describe(mutant)}\n`)
    else process.stdout.write(mutant.status === 'Timeout' ? 'T' : '.')
  }
}

export const strykerPlugins = [
  { kind: 'Checker', name: 'drawn', injectableClass: DrawnMutants },
  { kind: 'Reporter', name: 'survivors', injectableClass: Progress },
]
