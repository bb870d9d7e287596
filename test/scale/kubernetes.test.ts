import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { aFolder } from '../fixtures/folder.ts'
import { type Cluster, claimFolder, type Disturbances, runJob } from './job-controller.ts'
import { BUILT, onpath } from './onpath.ts'

const GRID = ['--sweep', 'links.wire.loss=[0%, 0.1%, 1%, 2.50%]', '--seeds', '1..500']
/** Short runs, of which some do not meet their expectation: that is a result, and no failure of a pod. */
const RUNS = ['--set', 'workloads.visits.requests=3', '--set', 'expect=["latency(visits) max < 100ms"]']
const SWEEP = ['sweep', 'scenarios/first-steps.yaml', ...GRID, ...RUNS]
const TARGET = ['--image', 'onpath', '--volume', 'results']

const NONE: Disturbances = { killed: 0, terminated: 0, nodesLost: 0, repeated: 0, withinMs: 1 }

function aCluster(others: Partial<Cluster> = {}): Cluster {
  const image = { onpath: [process.execPath, BUILT] }
  return { folder: aFolder(), nodes: 3, seed: 1, image, disturbances: NONE, backoffMs: 10, ...others }
}

/** Returns the files of a sweep's folder with their contents, without those of single points. */
function filesOf(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder).filter((name) => !['points', 'shards'].includes(name))
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}

describe('a Job of 2000 points', () => {
  test('a Job of 2000 points gives the bytes of one machine, with pods killed, nodes lost and indexes repeated', async () => {
    const folder = aFolder()
    const [alone, merged, manifest] = ['alone', 'merged', 'job.yaml'].map((name) => join(folder, name))
    expect((await onpath([...SWEEP, '--out', alone])).code).toBe(4)
    await onpath([...SWEEP, '--emit-job', manifest, '--shards', '25', '--parallelism', '4', ...TARGET])
    const disturbances = { killed: 150, terminated: 100, nodesLost: 200, repeated: 150, withinMs: 1_500 }
    const cluster = aCluster({ disturbances, seed: 7 })
    const job = await runJob(readFileSync(manifest, 'utf8'), cluster)
    expect(job.errors).toEqual([])
    expect(job.failed).toEqual([])
    expect(job.succeeded).toHaveLength(25)
    expect((job.pods[137] ?? 0) + (job.pods[143] ?? 0)).toBeGreaterThan(8)
    const shards = join(claimFolder(cluster, 'results'), job.name)
    expect(await onpath(['merge', shards, '--out', merged])).toMatchObject({ code: 4 })
    expect(filesOf(merged)).toEqual(filesOf(alone))
  })
})

describe('the failure policy of a Job', () => {
  /** Emits a Job of two points, and runs it with this program in place of onpath. */
  async function jobOf(program: string, others: Partial<Cluster> = {}) {
    const manifest = join(aFolder(), 'job.yaml')
    const grid = ['sweep', 'scenarios/first-steps.yaml', '--seeds', '1..2']
    await onpath([...grid, '--emit-job', manifest, '--shards', '2', ...TARGET])
    const image = { onpath: [process.execPath, '-e', program] }
    return runJob(readFileSync(manifest, 'utf8'), aCluster({ image, backoffMs: 1, ...others }))
  }

  test('the failure policy of a Job gives up an index at once only if it exits with 3', async () => {
    const job = await jobOf('process.exit(process.env.JOB_COMPLETION_INDEX === "1" ? 3 : 0)')
    expect(job).toMatchObject({ succeeded: [0], failed: [1], pods: { 0: 1, 3: 1 } })
  })

  test('the failure policy of a Job tries an index again that is killed, up to its limit', async () => {
    const job = await jobOf('process.kill(process.pid, process.env.JOB_COMPLETION_INDEX === "1" ? 9 : 15)')
    expect(job).toMatchObject({ succeeded: [], failed: [0, 1], pods: { 137: 7, 143: 7 } })
  })

  test('the failure policy of a Job does not count pods whose node was lost', async () => {
    const disturbances = { ...NONE, nodesLost: 970 }
    const job = await jobOf('setTimeout(() => {}, 50)', { disturbances, seed: 1 })
    expect(job).toMatchObject({ succeeded: [0, 1], failed: [] })
    expect(job.pods[137]).toBeGreaterThan(7)
  })
})
