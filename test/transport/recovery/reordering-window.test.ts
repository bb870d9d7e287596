import { expect, test } from 'vitest'
import { Lab, ms } from '../../fixtures/lab.ts'
import { delay, drop, segment } from '../../fixtures/rules.ts'

const SEGMENT = 1448
const ROUNDS = 20

// TCP_RACK_RECOVERY_THRESH and tcp_rack_update_reo_wnd in Linux; RFC 8985 section 6.2 step 4.
test('a reordering window that a duplicate report widened is narrow again after 16 recoveries', () => {
  // First a late segment, which is retransmitted needlessly, and a lost one; then a lost one of two in each round.
  const lost = Array.from({ length: ROUNDS }, (_, round) => drop(segment(6 + 2 * round, 1)))
  const toB = [delay(segment(1, 1), ms(15)), drop(segment(2, 1)), ...lost]
  const lab = new Lab({ link: 'delay: 10ms, rate: 100Mbps', toB })
  const { a } = lab.connect({ finishes: 'never' }, { finishes: 'never' })
  const startOf = (round: number) => ms(500 + 400 * round)
  lab.at(ms(100), () => a.write(5 * SEGMENT))
  for (let round = 0; round < ROUNDS; round++) lab.at(startOf(round), () => a.write(2 * SEGMENT))
  lab.run(startOf(ROUNDS))
  const again = lab.trace.packets.filter(({ transmission, sentTick }) => transmission === 2 && sentTick > startOf(0))
  const waitsMs = again.map(({ sentTick }, round) => Math.floor((sentTick - startOf(round)) / ms(1)))
  // A round trip of 20.1 ms, half or a quarter of it, and the rest of a tick. The first recovery is one of the 16.
  expect(waitsMs).toEqual([...Array(15).fill(32), ...Array(ROUNDS - 15).fill(27)])
})
