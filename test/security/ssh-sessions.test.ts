import { describe, expect, test } from 'vitest'
import { CPU_FIGURES } from '../../src/security/cpu-profiles.ts'
import { LOGIN_ROUND } from '../../src/security/ssh-session.ts'
import { ms } from '../fixtures/lab.ts'
import { NODE, ROOT, type SshEnds, SshLab } from '../fixtures/ssh-lab.ts'

/** The number of programs that the hosts have, with those that sshd has started. */
function programs({ processors }: SshLab): number {
  return processors['programs'].count
}

describe('the end of an SSH connection', () => {
  test.each([
    ['when the client gives it up', (lab: SshLab) => lab.ssh.giveUp(lab.session, 'timed out'), 'timed out'],
    ['in the middle of the log-in', () => {}, 'host key refused'],
  ] as const)('the end of an SSH connection leaves no rows at either end, %s', (_, leave, reason) => {
    const servers = reason === 'host key refused' ? [{ ...NODE, hostKey: 'other' }] : [NODE]
    const lab = new SshLab({ servers })
    const before = programs(lab)
    lab.run(ms(35))
    // sshd has started a process for the connection.
    expect([lab.ssh.sessions.count, programs(lab)]).toEqual([2, before + 1])
    lab.run(ms(200))
    leave(lab)
    lab.run(ms(1000))
    expect([lab.lost, lab.ssh.sessions.count, programs(lab)]).toEqual([reason, 0, before])
    // One end of the TCP connection is in TIME-WAIT for a minute.
    lab.run(ms(62_000))
    expect(lab.leftovers()).toEqual({})
  })

  test('an SSH connection that ends before the server’s banner ends with its TCP connection', () => {
    const lab = new SshLab()
    lab.run(ms(5))
    lab.ssh.giveUp(lab.session, 'timed out')
    lab.run(ms(1000))
    expect([lab.lost, lab.connectedTick, lab.ssh.sessions.count, lab.leftovers()]).toEqual(['timed out', null, 0, {}])
  })
})

describe('the log-in of SSH', () => {
  const serverRounds = (ends: SshEnds) => {
    const lab = new SshLab(ends)
    lab.run(ms(1000))
    return lab.ofKind(LOGIN_ROUND).filter(({ by }) => by === 'server')
  }

  test('the SSH log-in is delayed by sshd before its last answer even if work costs nothing', () => {
    const cpu = { ...CPU_FIGURES.instant, sshLoginDelayNs: ms(5) }
    const [last, query] = serverRounds({ cpus: [cpu, cpu] }).toReversed()
    expect([query.tick, last.tick]).toEqual([ms(110), ms(135)])
  })

  test('the SSH log-in is not delayed by a client', () => {
    const cpu = { ...CPU_FIGURES.instant, sshLoginDelayNs: ms(5) }
    expect(serverRounds({ clients: [ROOT], cpus: [cpu, CPU_FIGURES.instant] }).at(-1)?.tick).toBe(ms(130))
  })
})
