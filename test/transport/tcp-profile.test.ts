import { expect, test } from 'vitest'
import { TcpProfiles } from '../../src/transport/profiles/tcp-profiles.ts'
import { Lab, type LabOptions, ms } from '../fixtures/lab.ts'

test('hosts with the same overrides share one TCP profile, and other hosts have their own', () => {
  const profiles = new TcpProfiles()
  const changed = profiles.indexOf('linux', { recovery: 'sack', delayedAckNs: 1 })
  expect(profiles.indexOf('linux', { delayedAckNs: 1, recovery: 'sack' })).toBe(changed)
  expect(profiles.indexOf('rfc', { delayedAckNs: 1, recovery: 'sack' })).not.toBe(changed)
  expect(profiles.indexOf('linux', {})).toBe(profiles.indexOf('linux'))
  expect(profiles.all[changed]).toMatchObject({ recovery: 'sack', delayedAckNs: 1, quickAcks: 16 })
})

/** Returns when b's last ACK is sent: b has no reply to a's third write. */
function lastAckMs(b: LabOptions['b']): number {
  const lab = new Lab({ link: 'delay: 10ms, rate: 100Mbps', ...(b === undefined ? {} : { b }) })
  const { a } = lab.connect({ finishes: 'never' }, { sends: 100, after: 200, finishes: 'never' })
  for (const tick of [100, 300, 500]) lab.at(ms(tick), () => a.write(100))
  lab.run()
  return Number(lab.trace.from('b>a').at(-1)?.split(' ')[0])
}

test('a host can override the ACK delay of its TCP profile', () => {
  expect(lastAckMs({})).toBeCloseTo(550.01216, 4)
  expect(lastAckMs({ overrides: { delayedAckNs: ms(100) } })).toBeCloseTo(610.01216, 4)
})

test('a host can have a receive buffer that starts at its full size', () => {
  const firstWindow = (growsReceiveBuffer: boolean) => {
    const lab = new Lab({ link: 'delay: 10ms, rate: 100Mbps', a: { overrides: { growsReceiveBuffer } } })
    lab.connect({ sends: 100, finishes: 'never' }, { finishes: 'never' })
    lab.run()
    return lab.trace.packets.filter(({ direction, payloadBytes }) => direction === 'a>b' && payloadBytes > 0)[0].window
  }
  // In units of 1024 bytes.
  expect(firstWindow(true)).toBe(63)
  expect(firstWindow(false)).toBe(32_768)
})
