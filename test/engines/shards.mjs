import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answer, difference } from './compare.mjs'

const GRID = ['scenarios/first-steps.yaml', '--sweep', 'links.wire.loss=[0%, 1%, 2%]', '--seeds', '1..20', '--json']

/**
 * Runs a shard of one sweep on each engine, and merges all of them on each engine.
 *
 * @param {import('./engines.mjs').Engine[]} engines the first one runs the whole sweep, with which all is compared
 * @param {string} root
 * @returns {Promise<string[]>} the problems
 */
export async function compareShards(engines, root) {
  const folder = mkdtempSync(join(tmpdir(), 'onpath-shards-'))
  const run = (engine, ...words) =>
    answer(engine, { name: 'shard', arguments: ['bin/onpath.js', ...words], goodCodes: [0, 4] }, root)
  try {
    const whole = await run(engines[0], 'sweep', ...GRID)
    const problems = []
    for (const [i, engine] of engines.entries()) {
      const shard = ['--shard', `${i + 1}/${engines.length}`, '--out', join(folder, `${i % 2}`)]
      const { problem } = await run(engine, 'sweep', ...GRID, ...shard)
      if (problem !== null) problems.push(`a shard on ${engine.name}: ${problem}`)
    }
    for (const engine of engines) {
      const problem = difference(whole, await run(engine, 'merge', join(folder, '1'), join(folder, '0'), '--json'))
      console.log(
        `shards of ${engines.length} engines, merged on ${engine.name}: ${problem === null ? 'same' : 'DIFFERS'}`,
      )
      if (problem !== null) problems.push(`shards merged on ${engine.name}: ${problem}`)
    }
    return problems
  } finally {
    rmSync(folder, { recursive: true })
  }
}
