import { readFileSync } from 'node:fs'
import { run } from '../src/simulation/run.ts'
import { scenarioOf } from './bulk.ts'
import type { Case, Suite } from './suite.ts'

/** Measures committed scenarios, from the checked scenario to the result. */
export const wholeScenario: Suite = {
  name: 'scenario',
  cases: () => ['first-steps', 'wan-tls', 'kubernetes-paths'].map(whole),
}

function whole(name: string): Case {
  const scenario = scenarioOf(readFileSync(`scenarios/${name}.yaml`, 'utf8'))
  return {
    name,
    unit: 'ms/run',
    work: 1,
    run: () => {
      run(scenario)
    },
  }
}
