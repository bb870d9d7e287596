import { expect, test } from 'vitest'
import type { Outcome, VerdictResult } from '../../src/measure/verdict.ts'
import { attackedBy, verdictOf, WAYS } from './truth-lab.ts'

const { D, G } = WAYS
const F = '{ kind: apiserver-kubelet, from: master, to: node-1, tunnel: { kind: ssh, via: node-1 } }'

/** The link of the packet that is evidence of an event, and the time from the packet to the event. */
function shown({ evidence }: VerdictResult, outcome: Outcome): string | null {
  const [exhibit] = evidence.filter(({ shows }) => shows === outcome)
  expect(exhibit.packet).toBeGreaterThanOrEqual(0)
  return exhibit.link
}

test('the evidence names the packet that delivered forged or altered data to each end that accepted it', () => {
  const back = 'link/control-node-1/backward'
  for (const ways of [{ D }, { G }]) {
    const posed = verdictOf(attackedBy('impersonate-server', ways))
    expect(shown(posed, 'impersonated')).toMatch(/^link\/~mallory\//)
    expect(shown(verdictOf(attackedBy('relay', { G })), 'impersonated')).toMatch(/^link\/~mallory\//)
  }
  const changed = verdictOf(attackedBy('tamper', { G }, { more: ', match: { to: master, kind: data }' }))
  expect(shown(changed, 'modified')).toBe(back)
  expect(shown(verdictOf(attackedBy('inject', { G })), 'impersonated')).toMatch(/^link\/~mallory\//)
  expect(shown(verdictOf(attackedBy('impersonate-server', { F }, { old: true })), 'impersonated')).toMatch(
    /^link\/~mallory\//,
  )
})
