import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { aFolder } from '../fixtures/folder.ts'
import { canMount, contentsOf, finished, type Killed, kill, wholeIn } from '../fixtures/killing.ts'
import { LOSSY } from '../fixtures/scenario-text.ts'

const GRID = ['--set', 'expect=[]', '--sweep', 'links.wire.loss=[0%, 1%, 2%, 5%, 10%]', '--seeds', '1..400', '--json']
const POINTS = 2_000

if (!canMount) console.warn('this user may not mount a disk: a full disk is replaced by a limit on the size of files')

describe('a sweep of 2,000 points that is killed twenty times, in every way,', () => {
  test('a sweep of 2,000 points that is killed twenty times continues to the same bytes, and repeats nothing', async () => {
    const folder = aFolder()
    const [whole, out] = [join(folder, 'whole'), join(folder, 'killed')]
    const one = await finished(['sweep', '-', ...GRID, '--out', whole], LOSSY)
    expect(one.out.split('\n').length).toBe(POINTS + 1)
    const argv = ['sweep', '-', ...GRID, '--out', out]
    const { lines, faults } = await kill({ argv, input: LOSSY, points: POINTS, kills: 20, seed: 'one folder' })
    console.log(lines.join('\n'))
    expect(faults).toEqual([])
    const before = wholeIn(out).size
    const last = await finished([...argv, '--resume'], LOSSY)
    expect([last.code, last.out === one.out]).toEqual([one.code, true])
    expect(last.err).toContain(`${before} results of ${POINTS} were in ${out}`)
    expect(contentsOf(out)).toEqual(contentsOf(whole))
  })

  test('a sweep of 2,000 points in three shards at once, two in one folder, is merged to the same bytes', async () => {
    const folder = aFolder()
    const [whole, merged] = [join(folder, 'whole'), join(folder, 'merged')]
    const [shared, other] = [join(folder, 'shared'), join(folder, 'other')]
    const one = await finished(['sweep', '-', ...GRID, '--out', whole], LOSSY)
    const shards = [shared, shared, other].map((out, i) => {
      return ['sweep', '-', ...GRID, '--jobs', '1', '--shard', `${i + 1}/3`, '--out', out]
    })
    const killed = await Promise.all(
      shards.map((argv, i): Promise<Killed> => {
        // A disk of its own would hide what the other process stores.
        const hasOwnFolder = i === 2
        return kill({ argv, input: LOSSY, points: 667, kills: 7, seed: `shard ${i}`, isShared: !hasOwnFolder })
      }),
    )
    console.log(killed.flatMap(({ lines }, i) => lines.map((line) => `shard ${i + 1}: ${line}`)).join('\n'))
    expect(killed.flatMap(({ faults }) => faults)).toEqual([])
    expect((await finished(['merge', shared, other])).code).toBe(2)
    for (const argv of shards) expect((await finished([...argv, '--resume'], LOSSY)).code).toBe(0)
    const joined = await finished(['merge', other, shared, '--json', '--out', merged])
    expect([joined.code, joined.out === one.out, joined.err]).toEqual([one.code, true, `written: ${merged}\n`])
    expect(contentsOf(merged)).toEqual(contentsOf(whole))
  })
})
