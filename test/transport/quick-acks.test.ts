import { expect, test } from 'vitest'
import { inject } from '../fixtures/inject.ts'
import { Lab, ms } from '../fixtures/lab.ts'

// net/ipv4/tcp_input.c: tcp_data_queue enters quick-ACK mode for data before rcv_nxt.
test('after old data the next segment is acknowledged at once, though the user had begun to reply', () => {
  const ackAfter = (isRepeated: boolean) => {
    const lab = new Lab({ link: 'delay: 10ms, rate: 100Mbps' })
    const { a, b } = lab.connect({ finishes: 'never' }, { finishes: 'never' })
    lab.at(ms(100), () => a.write(100))
    lab.at(ms(112), () => b.write(100))
    if (isRepeated) lab.at(ms(150), () => inject(lab, { author: 'mallory', as: a, offset: 0, lengthBytes: 100 }))
    lab.at(ms(200), () => a.write(100))
    lab.run(ms(400))
    return lab.trace.from('b>a').at(-1)?.split(' ')[0]
  }
  expect([ackAfter(false), ackAfter(true)]).toEqual(['250.01216', '210.01216'])
})
