import { join } from 'node:path'
import { expect, test } from 'vitest'
import { aFolder } from '../fixtures/folder.ts'
import { contentsOf, finished, kill, wholeIn } from '../fixtures/killing.ts'
import { LOSSY } from '../fixtures/scenario-text.ts'

const GRID = ['--set', 'expect=[]', '--seeds', '1..40', '--json']
const POINTS = 80

test('a sweep that is killed in every way and goes on gives the bytes of one that was not, and repeats nothing', async () => {
  const folder = aFolder()
  const [whole, out] = [join(folder, 'whole'), join(folder, 'killed')]
  const one = await finished(['sweep', '-', ...GRID, '--out', whole], LOSSY)
  const argv = ['sweep', '-', ...GRID, '--jobs', '2', '--out', out]
  const { lines, faults } = await kill({ argv, input: LOSSY, points: POINTS, kills: 6, seed: 'npm test' })
  expect(faults, lines.join('\n')).toEqual([])
  const before = wholeIn(out).size
  const last = await finished([...argv, '--resume'], LOSSY)
  expect([last.code, last.out]).toEqual([one.code, one.out])
  expect(contentsOf(out)).toEqual(contentsOf(whole))
  if (before > 0) expect(last.err).toContain(`${before} result${before === 1 ? '' : 's'} of ${POINTS} were in ${out}`)
})
