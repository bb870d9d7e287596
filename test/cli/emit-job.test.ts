import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { visibleJson } from '../../src/scenario/problems/visible.ts'
import { invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'
import { CONFIG_MAP_OF_1_29, JOB_OF_1_29 } from '../fixtures/job-of-1-29.ts'
import { LOSSY } from '../fixtures/scenario-text.ts'

const TARGET = ['--shards', '3', '--image', 'registry.example.com/onpath:0.1.0', '--volume', 'results']

/** Emits a Job of a scenario, and returns its text and its objects. */
async function emitted(options: readonly string[] = [], scenario = LOSSY) {
  const { code, out, err } = await invoke(['sweep', '-', '--emit-job', '-', ...TARGET, ...options], { stdin: scenario })
  expect(err).toBe('')
  expect(code).toBe(0)
  const objects = parseAllDocuments(out).map((document): unknown => document.toJS())
  return { text: out, objects }
}

/** A kind of Kubernetes as kubernetes-models has it: a class that validates by the schema that was published. */
type Kind = new (object: unknown) => { validate(): void }

const require = createRequire(import.meta.url)
const ofVersion133: { readonly Job: Kind; readonly ConfigMap: Kind } = {
  ...require('kubernetes-models-1.33/batch/v1'),
  ...require('kubernetes-models-1.33/v1'),
}
const ofVersion136: typeof ofVersion133 = Object({
  ...(await import('kubernetes-models/batch/v1')),
  ...(await import('kubernetes-models/v1')),
})

describe('the Job of a sweep', () => {
  test('the Job of a sweep is named after the scenario, in the letters that Kubernetes allows', async () => {
    const { objects } = await emitted([], `name: _Two-words__loss_\n${LOSSY.replace(/^name:.*\n/m, '')}`)
    const [, job] = objects as [unknown, { readonly metadata: { readonly name: string } }]
    expect(job.metadata.name).toMatch(/^onpath-two-words-loss-[0-9a-f]{8}$/)
  })

  test('the Job of a sweep follows the schemas that Kubernetes 1.29, 1.33 and 1.36 publish', async () => {
    const { objects } = await emitted(['--max-events', '1000', '--jobs', '4', '--parallelism', '2'])
    const [configMap, job] = objects
    expect(objects).toHaveLength(2)
    JOB_OF_1_29.parse(job)
    CONFIG_MAP_OF_1_29.parse(configMap)
    const wrong = { ...Object(job), spec: { completions: '3' } }
    for (const { Job, ConfigMap } of [ofVersion133, ofVersion136]) {
      new Job(job).validate()
      new ConfigMap(configMap).validate()
      expect(() => new Job(wrong).validate()).toThrow('completions must be integer')
    }
    expect(JOB_OF_1_29.safeParse(wrong).success).toBe(false)
  })

  test('the Job of a sweep has an index for each shard, retries what was killed, and gives up an index with an invalid scenario', async () => {
    const { objects } = await emitted()
    expect(objects[1]).toMatchObject({
      kind: 'Job',
      spec: {
        completionMode: 'Indexed',
        completions: 3,
        parallelism: 3,
        backoffLimitPerIndex: 6,
        podFailurePolicy: {
          rules: [
            { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
            { action: 'FailIndex', onExitCodes: { containerName: 'onpath', operator: 'In', values: [3] } },
            { action: 'Count', onExitCodes: { containerName: 'onpath', operator: 'In', values: [137, 143] } },
          ],
        },
        podReplacementPolicy: 'Failed',
      },
    })
  })

  test('the Job of a sweep has no RBAC rights, no root user, and a read-only root file system', async () => {
    const { objects } = await emitted()
    expect(objects[1]).toMatchObject({
      spec: {
        template: {
          spec: {
            automountServiceAccountToken: false,
            securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
            containers: [
              {
                securityContext: {
                  allowPrivilegeEscalation: false,
                  readOnlyRootFilesystem: true,
                  capabilities: { drop: ['ALL'] },
                },
              },
            ],
          },
        },
      },
    })
  })

  test('the Job of a sweep has another name only if the scenario or the number of shards differs', async () => {
    const nameOf = async (options: readonly string[], scenario?: string) =>
      /job\/(\S+)/.exec((await emitted(options, scenario)).text)?.[1]
    const name = await nameOf([])
    expect(name).toMatch(/^onpath-small-[0-9a-f]{8}$/)
    expect(await nameOf(['--parallelism', '1'])).toBe(name)
    expect(await nameOf(['--shards', '2'])).not.toBe(name)
    expect(await nameOf(['--set', 'duration=1s'])).not.toBe(name)
  })

  test('the Job of a sweep keeps host names within 63 characters, however long the scenario’s name', async () => {
    const { text } = await emitted(['--set', `name=${'A_long-Name'.repeat(9)}`])
    const name = /job\/(\S+)/.exec(text)?.[1] ?? ''
    expect(`${name}-9999`.length).toBeLessThanOrEqual(63)
    expect(name).toMatch(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/)
  })
})

/** Clears the screen, turns text around, and has all ends of lines of YAML 1.1, behind which another object begins. */
const HOSTILE = '\u001b[2J\u202e\n---\nkind: Secret\r\u0085kind: Secret\u2028kind: Secret\u2029\ufeff\ud800 \u{e0001}'

describe('values with characters that YAML 1.1 or a terminal obeys', () => {
  const hostile = `${LOSSY.replace(/sweep: .*/, '')}identities: { ca: { kind: ca }, other: { kind: ca, cn: ${visibleJson(HOSTILE)} } }\n`
  const argv = ['--sweep', `identities.ca.cn=[${visibleJson(HOSTILE)}, on, 1_000]`]

  test('values with control characters or YAML 1.1 syntax are escaped in the Job, and add no object', async () => {
    const raw = ['--set', `identities.ca.org=${HOSTILE.replace(/\n|\r|\u0085/g, '')}`]
    const { text } = await emitted(argv, hostile)
    const withRaw = await invoke(['sweep', '-', '--emit-job', '-', ...TARGET, ...argv, ...raw], { stdin: hostile })
    for (const one of [text, withRaw.out]) {
      expect(one).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
      expect(one).not.toMatch(/^kind: Secret/m)
    }
    expect(text.match(/^---$/gm)).toHaveLength(2)
    expect(parseAllDocuments(text, { version: '1.1' })).toHaveLength(2)
  })

  test('values with control characters or YAML 1.1 syntax are the same in the scenario of the Job', async () => {
    const { objects } = await emitted(argv, hostile)
    const { scenario } = CONFIG_MAP_OF_1_29.parse(objects[0]).data
    const ofFile = await invoke(['sweep', '-', '--json', ...argv], { stdin: hostile })
    const ofJob = await invoke(['sweep', '-', '--json'], { stdin: scenario })
    expect(ofJob.out).toBe(ofFile.out)
    expect(ofFile.out).toContain('kind: Secret')
  })
})

describe('texts that YAML 1.1 takes for other values', () => {
  test('texts that YAML 1.1 reads as other values are strings in the Job', async () => {
    const named = ['--volume', 'on', '--image', '1_000', '--scenario-path', '/results/scenario.yaml']
    const file = join(aFolder(), 'job.yaml')
    await invoke(['sweep', '-', '--emit-job', file, ...TARGET, ...named], { stdin: LOSSY })
    const [job] = parseAllDocuments(readFileSync(file, 'utf8'), { version: '1.1' }).map((document): unknown =>
      document.toJS(),
    )
    expect(job).toMatchObject({
      spec: {
        template: {
          spec: {
            containers: [{ image: '1_000' }],
            volumes: [{ name: 'results', persistentVolumeClaim: { claimName: 'on' } }],
          },
        },
      },
    })
  })
})

test('a Job has the limits of its runs, and enough memory for them', async () => {
  const { objects } = await emitted(['--max-memory', '3GiB', '--max-events', '9', '--jobs', '2'])
  const [, job] = objects
  expect(JSON.stringify(job)).toContain('"--max-events","9","--max-memory","3221225472B"')
  expect(JSON.stringify(job)).toContain('"limits":{"memory":"6656Mi"}')
})

describe('the scenario of the Job', () => {
  test('the scenario of the Job is one text without extends, and gives the same results as the files', async () => {
    const folder = aFolder({
      'base.yaml': LOSSY,
      'swept.yaml':
        "extends: base.yaml\nsweep: { links.wire.loss: ['0.0%', 1.50%], workloads.visits.requests: [1, 2.0e0] }\n",
    })
    const file = join(folder, 'swept.yaml')
    const job = join(folder, 'job.yaml')
    const { code } = await invoke(['sweep', file, '--set', 'duration=3s', '--emit-job', job, ...TARGET])
    expect(code).toBe(0)
    const configMap: unknown = parseAllDocuments(readFileSync(job, 'utf8'))[0].toJS()
    const { scenario } = CONFIG_MAP_OF_1_29.parse(configMap).data
    expect(scenario).not.toContain('extends')
    const ofFiles = await invoke(['sweep', file, '--set', 'duration=3s', '--csv'])
    const ofText = await invoke(['sweep', '-', '--csv'], { stdin: scenario })
    expect(ofText.out).toBe(ofFiles.out)
    expect(ofText.out).toMatch(/^1\.50?,/m)
  })

  test('the scenario of a Job is refused if it exceeds the size of a ConfigMap, unless the user provides a volume', async () => {
    const folder = aFolder()
    const ghost = `ghost: { from: client, to: server, not-modelled: ${'x'.repeat(1_100_000)} }`
    const large = LOSSY.replace('paths: { ', `paths: { ${ghost}, `)
    const job = join(folder, 'job.yaml')
    const refused = await invoke(['sweep', '-', '--emit-job', job, ...TARGET], { stdin: large })
    expect(refused.code).toBe(2)
    expect(refused.err).toMatch(/a ConfigMap holds 1048576; put it on the volume or into the image/)
    const options = ['--scenario-path', '/results/scenario.yaml']
    const { code } = await invoke(['sweep', '-', '--emit-job', job, ...TARGET, ...options], { stdin: large })
    expect(code).toBe(0)
    const objects = parseAllDocuments(readFileSync(job, 'utf8')).map((document): unknown => document.toJS())
    expect(objects).toHaveLength(1)
    expect(JSON.stringify(objects)).toContain('"sweep","/results/scenario.yaml"')
    expect(readFileSync(join(folder, 'job.scenario.yaml'), 'utf8')).toContain('\nsweep:\n')
  })
})

describe('options that make no Job', () => {
  test.each([
    [['--shards', '3'], '--emit-job needs --shards, the number of pods, --image, and --volume'],
    [[...TARGET, '--shards', '7'], 'the grid has 6 points'],
    [[...TARGET, '--shard', '1/3'], 'leave out --shard and --index'],
    [[...TARGET, '--volume', 'No_Claim'], 'It is not a name of Kubernetes'],
    [[...TARGET, '--image', 'a b'], '--image is not the name of an image'],
    [[...TARGET, '--scenario-path', 'here'], 'It must be an absolute path'],
    [[...TARGET, '--out', 'x'], '--emit-job runs nothing; leave out --out'],
    [[...TARGET, '--queue', 'redis://x'], '--emit-job runs nothing; leave out --queue'],
    [[...TARGET, '--scenario-path', '/a\u0085b'], 'It must be an absolute path'],
    [[...TARGET, '--image', 'a\u001bb'], '--image is not the name of an image'],
  ])('sweep with %j, which makes no Job, is refused', async (options, message) => {
    const { code, err } = await invoke(['sweep', '-', '--emit-job', '-', ...options], { stdin: LOSSY })
    expect(code).toBe(2)
    expect(err).toContain(message)
  })

  test('options of a Job are refused without a Job', async () => {
    const { code, err } = await invoke(['sweep', '-', '--image', 'onpath'], { stdin: LOSSY })
    expect([code, err]).toEqual([2, expect.stringContaining('--image is an option of --emit-job')])
  })

  test('sweep replaces an earlier Job file, and no other file', async () => {
    const folder = aFolder({ 'mine.yaml': 'kind: Secret\n' })
    const emit = (name: string) => invoke(['sweep', '-', '--emit-job', join(folder, name), ...TARGET], { stdin: LOSSY })
    expect((await emit('mine.yaml')).err).toContain('it is another file')
    expect(readFileSync(join(folder, 'mine.yaml'), 'utf8')).toBe('kind: Secret\n')
    expect((await emit('job.yaml')).code).toBe(0)
    expect((await emit('job.yaml')).code).toBe(0)
  })
})

describe('a shard by its index', () => {
  test.each([
    [['--index', '0'], '--index needs --shards'],
    [['--shards', '3'], '--shards needs --index or --emit-job'],
    [['--shards', '3', '--index', '3'], '--index counts from 0'],
    [['--shards', '10000', '--index', '10000'], 'It must be from 0 to 9999.'],
    [['--shards', '3', '--index', '-1'], 'It must be from 0 to 9999.'],
    [['--shards', '3', '--index', '0', '--shard', '1/3'], 'give either --shard, or --shards with --index'],
  ])('a shard index given by %j is refused', async (options, message) => {
    const { code, err } = await invoke(['sweep', '-', '--out', aFolder(), ...options], { stdin: LOSSY })
    expect(code).toBe(2)
    expect(err).toContain(message)
  })

  test('the shard of an index has the index plus one as its number', async () => {
    const [one, other] = [aFolder(), aFolder()]
    await invoke(['sweep', '-', '--out', one, '--shards', '3', '--index', '1'], { stdin: LOSSY })
    await invoke(['sweep', '-', '--out', other, '--shard', '2/3'], { stdin: LOSSY })
    const shardIn = (folder: string) => readFileSync(join(folder, 'shards', '2-of-3.json'), 'utf8')
    expect(shardIn(one)).toBe(shardIn(other))
  })
})

describe('--exit-zero', () => {
  test('--exit-zero turns exit codes for unmet expectations and the event limit into 0, and no others', async () => {
    const unmet = ['sweep', '-', '--set', 'expect=["latency(visits) p50 < 1ns"]', '--seeds', '1..2']
    const { simulateScenario } = await import('../../src/cli/simulation/simulate-scenario.ts')
    const { run } = await import('../../src/simulation/run.ts')
    const world = {
      stdin: LOSSY,
      simulate: async (...[scenario, options]: Parameters<typeof simulateScenario>) => run(scenario, options),
    }
    expect((await invoke(unmet, world)).code).toBe(4)
    expect((await invoke([...unmet, '--exit-zero'], world)).code).toBe(0)
    expect((await invoke(['sweep', '-', '--max-events', '5'], world)).code).toBe(7)
    expect((await invoke(['sweep', '-', '--max-events', '5', '--exit-zero'], world)).code).toBe(0)
    const bug = { stdin: LOSSY, simulate: () => Promise.reject(new Error('a bug')) }
    expect((await invoke(['sweep', '-', '--exit-zero'], bug)).code).toBe(1)
    expect((await invoke(['sweep', '-', '--exit-zero', '--set', 'nothing=1'], world)).code).toBe(3)
  })
})
