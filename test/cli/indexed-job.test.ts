import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { sha256 } from '../../src/cli/sha256.ts'
import { indexedJob, isManifest, type SweepAsJob } from '../../src/study/sweep/indexed-job.ts'

const SWEEP: SweepAsJob = {
  scenario: 'wan',
  text: 'version: 1\n',
  version: '0.1.0',
  shards: 3,
  jobs: 2,
  parallelism: 3,
  maxEvents: undefined,
  maxMemory: undefined,
  image: 'onpath:1',
  volume: 'claim',
  scenarioPath: null,
  again: 'onpath sweep',
  invalidScenario: 3,
}

/** Returns the objects of a sweep as Kubernetes reads them. */
function objectsOf(more: Partial<SweepAsJob> = {}) {
  return parseAllDocuments(indexedJob({ ...SWEEP, ...more }, sha256)).map((document): unknown => document.toJS())
}

const nameOf = (more: Partial<SweepAsJob>) => /job\/(\S+)/.exec(indexedJob({ ...SWEEP, ...more }, sha256))?.[1]

describe('the name of a Job', () => {
  test.each([
    ['Two-words', /^onpath-two-words-[0-9a-f]{8}$/],
    ['__Two__words__', /^onpath-two-words-[0-9a-f]{8}$/],
    ['__', /^onpath-[0-9a-f]{8}$/],
    [`${'x'.repeat(31)}-y`, /^onpath-x{31}-[0-9a-f]{8}$/],
    [`${'x'.repeat(40)}`, /^onpath-x{32}-[0-9a-f]{8}$/],
  ])('the name of a Job keeps letters and digits of %s', (scenario, expected) => {
    expect(nameOf({ scenario })).toMatch(expected)
  })

  test('the name of a Job differs for another text or number of shards', () => {
    const all = [{}, { text: 'version: 1\nseed: 2\n' }, { shards: 4 }, { jobs: 4, image: 'onpath:2' }].map(nameOf)
    expect([new Set(all).size, all[3] === all[0]]).toEqual([3, true])
  })
})

const LABELS = { 'app.kubernetes.io/name': 'onpath', 'app.kubernetes.io/version': '0.1.0' }

describe('the objects of a sweep', () => {
  test('a sweep gives an immutable ConfigMap, and a Job whose pods read the scenario there', () => {
    const name = nameOf({})
    const [configMap, job] = objectsOf()
    expect(configMap).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, labels: LABELS },
      immutable: true,
      data: { 'scenario.yaml': 'version: 1\n' },
    })
    expect(job).toMatchObject({
      metadata: { name, labels: LABELS },
      spec: {
        template: {
          metadata: { labels: LABELS },
          spec: {
            restartPolicy: 'Never',
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            containers: [
              {
                image: 'onpath:1',
                command: ['onpath'],
                args: expect.arrayContaining(['sweep', '/scenario/scenario.yaml', `/results/${name}`]),
                volumeMounts: [
                  { name: 'scenario', mountPath: '/scenario', readOnly: true },
                  { name: 'results', mountPath: '/results' },
                ],
              },
            ],
            volumes: [
              { name: 'scenario', configMap: { name } },
              { name: 'results', persistentVolumeClaim: { claimName: 'claim' } },
            ],
          },
        },
      },
    })
  })

  test('a sweep gives only a Job if the scenario is on a volume', () => {
    const [job, ...others] = objectsOf({ scenarioPath: '/results/a.yaml' })
    expect(others).toEqual([])
    expect(job).toMatchObject({
      spec: {
        template: {
          spec: {
            containers: [
              {
                args: expect.arrayContaining(['sweep', '/results/a.yaml']),
                volumeMounts: [{ name: 'results', mountPath: '/results' }],
              },
            ],
            volumes: [{ name: 'results', persistentVolumeClaim: { claimName: 'claim' } }],
          },
        },
      },
    })
  })

  test.each<[Partial<SweepAsJob>, string, readonly string[]]>([
    [{}, '1536Mi', []],
    [{ jobs: 1, maxEvents: 7 }, '1024Mi', ['--max-events', '7']],
    [{ maxMemory: 512 * 2 ** 20 }, '1536Mi', ['--max-memory', '536870912B']],
    [{ maxMemory: 2 ** 30 + 1 }, '2562Mi', ['--max-memory', '1073741825B']],
  ])('the Job of a sweep has the memory and the limits of its runs: %j', (more, memory, limits) => {
    const jobs = more.jobs ?? 2
    expect(objectsOf(more)[1]).toMatchObject({
      spec: {
        template: {
          spec: {
            containers: [{ resources: { requests: { cpu: String(jobs), memory }, limits: { memory } } }],
          },
        },
      },
    })
    const all = /args:\n(?:\s+- .*\n)+/.exec(indexedJob({ ...SWEEP, ...more }, sha256))?.[0] ?? ''
    const words = all.split('\n').flatMap((line) => /- "?(.*?)"?$/.exec(line)?.[1] ?? [])
    const from = words.indexOf('--jobs')
    expect(words.slice(from, words.indexOf('--exit-zero'))).toEqual(['--jobs', String(jobs), ...limits])
  })

  test('the file of a Job begins with a line that identifies it', () => {
    expect([isManifest(indexedJob(SWEEP, sha256)), isManifest('# other\n'), isManifest('')]).toEqual([
      true,
      false,
      false,
    ])
  })
})
