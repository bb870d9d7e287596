import { describe, test } from 'vitest'
import { loadAttack, shippedAttacks } from '../fixtures/shipped.ts'
import { hasTshark } from '../fixtures/tshark.ts'
import { expectReadable } from './checked.ts'

describe.skipIf(!hasTshark)('tshark finds nothing malformed and no bad checksum', () => {
  test.each(shippedAttacks())(
    'tshark finds nothing malformed in the attack %s, nor in captures of its attackers',
    (name) => {
      const scenario = loadAttack(name)
      const captures = scenario.blueprint.attackers.flatMap((attacker) =>
        [false, true].map(
          (isPlaintext) => ({ subject: { kind: 'attacker', name: attacker.name }, isPlaintext }) as const,
        ),
      )
      expectReadable(scenario, captures)
    },
  )
})
