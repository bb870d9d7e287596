import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { judgeScript, type Verdict } from '../../bench/fidelity/packetdrill/judge-script.ts'

const FOLDER = 'test/fidelity/packetdrill'

/** A listener that has accepted connection 4, with a segment size of 1000 and no window scale at the peer. */
const OPEN = `
    0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
   +0 bind(3, ..., ...) = 0
   +0 listen(3, 1) = 0
   +0 < S 0:0(0) win 32792 <mss 1000,sackOK,nop,nop,nop,wscale 0>
   +0 > S. 0:0(0) ack 1 <mss 1460,nop,nop,sackOK,nop,wscale 10>
  +.1 < . 1:1(0) ack 1 win 32792
   +0 accept(3, ..., ...) = 4
`

function judge(script: string, name = 'one', files: Readonly<Record<string, string>> = {}): Verdict {
  return judgeScript(name, script, (path) => files[path] ?? null)
}

const PASSED: Verdict = { outcome: 'passed', line: null, reason: '' }

/** Returns line, counted from the one after `OPEN`, and reason. */
function failureOf(script: string): readonly [number, string] {
  const { outcome, line, reason } = judge(OPEN + script)
  expect(outcome).toBe('failed')
  return [line! - OPEN.split('\n').length + 1, reason]
}

test.each(readdirSync(FOLDER).filter((name) => name.endsWith('.pkt')))(
  'packetdrill script %s passes as on Linux 6.18',
  (name) => {
    expect(judge(readFileSync(`${FOLDER}/${name}`, 'utf8'), name)).toEqual(PASSED)
  },
)

describe('packets', () => {
  test('consecutive packets are joined to the one that a packetdrill script expects', () => {
    expect(judge(`${OPEN}+0 write(4, ..., 3000) = 3000\n+0 > P. 1:3001(3000) ack 1`)).toEqual(PASSED)
    expect(
      judge(`${OPEN}+0 write(4, ..., 3000) = 3000\n+0 > P. 1:2001(2000) ack 1\n+0 > P. 2001:3001(1000) ack 1`),
    ).toEqual(PASSED)
  })

  test('packets are compared with a packetdrill script by flags, numbers, window and options', () => {
    const written = (expected: string) => failureOf(`+0 write(4, ..., 100) = 100\n+0 > ${expected}`)
    expect(written('. 1:101(100) ack 1')).toEqual([2, expect.stringContaining('flags: expected ., got P.')])
    expect(written('P. 2:102(100) ack 1')).toEqual([2, expect.stringContaining('sequence number: expected 2, got 1')])
    expect(written('P. 1:91(90) ack 1')).toEqual([2, expect.stringContaining('payload: expected 90, got 100')])
    expect(written('P. 1:101(100) ack 7')).toEqual([2, expect.stringContaining('acknowledgement: expected 7, got 1')])
    expect(written('P. 1:101(100) ack 1 win 3')).toEqual([2, expect.stringContaining('window: expected 3')])
    expect(written('P. 1:101(100) ack 1 <nop,nop,sack 9:10>')).toEqual([
      2,
      expect.stringContaining('options: expected'),
    ])
    expect(judge(`${OPEN}+0 write(4, ..., 100) = 100\n+0 > P. 1:101(100) ack 1 <...>`)).toEqual(PASSED)
  })

  test('packets must come when a packetdrill script says, within 4 ms or an eighth of the time since the last event', () => {
    // The first retransmission is a tail loss probe after 2 * 100 + 200 ms.
    const probe = (time: string) =>
      judge(`${OPEN}+0 write(4, ..., 100) = 100\n+0 > P. 1:101(100) ack 1\n${time} > P. 1:101(100) ack 1`)
    expect(probe('+.3')).toMatchObject({ outcome: 'passed' })
    expect(probe('+.28')).toMatchObject({ outcome: 'passed' })
    expect(probe('+.26')).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(/no packet/) })
    expect(probe('+.4')).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(/came at/) })
    expect(probe('+.2~+.35')).toMatchObject({ outcome: 'passed' })
    expect(probe('*')).toMatchObject({ outcome: 'passed' })
    expect(
      judge(
        `--tolerance_usecs=60000\n${OPEN}+0 write(4, ..., 100) = 100\n+0 > P. 1:101(100) ack 1\n+.26 > P. 1:101(100) ack 1`,
      ),
    ).toEqual(PASSED)
  })
})

describe('system calls', () => {
  test('a system call blocks if the packetdrill script gives it a range of time', () => {
    const read = (range: string) =>
      judge(`${OPEN}+0...${range} read(4, ..., 100) = 50\n+.1 < P. 1:51(50) ack 1 win 32792\n+0 > . 1:1(0) ack 51`)
    expect(read('0.100')).toEqual(PASSED)
    expect(read('0.050')).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(/returned at/) })
  })

  test('a system call returns what the packetdrill script says, errors included', () => {
    expect(failureOf('+0 read(4, ..., 100) = 50')).toEqual([1, 'the call does not return'])
    expect(
      judge(`${OPEN}+0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n+0 read(4, ..., 9) = -1 EAGAIN (Try again)`),
    ).toEqual(PASSED)
    expect(failureOf('+0 shutdown(4, SHUT_WR) = 0\n+0 > F. 1:1(0) ack 1\n+0 write(4, ..., 9) = 9')).toEqual([
      3,
      'write returned -1 EPIPE, not 9',
    ])
    expect(failureOf('+0 dup(4) = 5')).toEqual([1, 'cannot be expressed: the system call dup'])
  })
})

describe('statements', () => {
  test('a packetdrill statement compares fields of tcp_info, in chains too', () => {
    expect(judge(`${OPEN}+0 %{ assert tcpi_snd_cwnd == 10, tcpi_snd_cwnd }%`)).toEqual(PASSED)
    expect(
      judge(`${OPEN}+0 %{\nassert 5 <= tcpi_snd_cwnd < 11  # remark\nassert tcpi_ca_state == TCP_CA_Open }%`),
    ).toEqual(PASSED)
    expect(failureOf('+0 %{ assert tcpi_snd_cwnd == 9, tcpi_snd_cwnd }%')).toEqual([
      1,
      'tcpi_snd_cwnd == 9 does not hold; tcpi_snd_cwnd is 10',
    ])
    expect(failureOf('+0 %{ assert tcpi_nothing == 9 }%')).toEqual([1, 'cannot be expressed: the field tcpi_nothing'])
  })
})

describe('scope', () => {
  test('packetdrill scripts with features that the project does not model are left out and named', () => {
    const outOfScope = (text: string) => judge(text).outcome === 'out of scope' && judge(text).reason
    expect(outOfScope('0 sendto(3, ..., 9, MSG_FASTOPEN, ..., ...) = 9')).toBe('TCP Fast Open')
    expect(outOfScope('0 epoll_create(1) = 3')).toBe('epoll')
    expect(outOfScope('0 ioctl(4, SIOCINQ, [0]) = 0')).toBe('ioctl')
    expect(outOfScope(`${OPEN}// MSG_FASTOPEN in a remark`)).toBe(false)
  })

  test('packetdrill scripts listed as written for another kernel are left out while they fail', () => {
    const name = 'ts_recent_invalid_ack'
    expect(judge(`${OPEN}+0 read(4, ..., 9) = 9`, name)).toMatchObject({ outcome: 'written for another kernel' })
    expect(judge(OPEN, name)).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(/^passes, though/) })
    // The script was written anew, and expects what Linux 6.18 does.
    expect(judge(`${OPEN}// Challenge ACK for SEG.ACK > SND.NXT`, name)).toEqual(PASSED)
  })

  test('a packetdrill script that cannot be expressed counts as failed', () => {
    expect(judge('`sysctl -q net.ipv4.tcp_something=3`\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3')).toEqual({
      outcome: 'failed',
      line: 1,
      reason: 'cannot be expressed: net.ipv4.tcp_something = 3',
    })
    expect(failureOf('+0 < icmp unreachable frag_needed mtu 1200 [1:101(100)]')).toEqual([
      1,
      'cannot be expressed: packets of icmp',
    ])
  })

  test('each challenge ACK is sent where a packetdrill script sets no limit for their rate', () => {
    const invalid = '+0 < . 1:1(0) ack 2 win 32792\n+0 > . 1:1(0) ack 1\n'
    const limited = (limit: string) =>
      judge(`\`sysctl -q net.ipv4.tcp_invalid_ratelimit=${limit}\`${OPEN}${invalid}${invalid}`)
    expect(limited('0')).toEqual(PASSED)
    expect(limited('500')).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(/no packet/) })
  })

  test('a packetdrill script is run with the settings of its first command, and with the files beside it', () => {
    const files = {
      './defaults.sh':
        'sysctl -q net.ipv4.tcp_rmem="4096 131072 $((15*1024*1024))"\nsysctl -q net.ipv4.tcp_timestamps=0',
    }
    const dialled = (command: string) =>
      judge(
        `\`${command}\`\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n+0 connect(3, ..., ...) = -1 EINPROGRESS (Now)\n+0 > S 0:0(0) <mss 1460,nop,nop,sackOK,nop,wscale 8>`,
        'one',
        files,
      )
    expect(dialled('./defaults.sh')).toEqual(PASSED)
    expect(dialled('./defaults.sh\nsysctl -q net.ipv4.tcp_timestamps=1')).toMatchObject({ outcome: 'failed', line: 6 })
    expect(dialled('./other.sh')).toMatchObject({ reason: 'cannot be expressed: ./other.sh is not there' })
  })
})
