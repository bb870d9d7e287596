import { InvalidArgumentError } from 'commander'
import { describe, expect, test } from 'vitest'
import { JOB_OPTIONS, jobTarget, refuseIdleOptions } from '../../src/cli/sweep/job-options.ts'
import { UsageError } from '../../src/disk/usage-error.ts'

const GIVEN = { emitJob: 'job.yaml', shards: 3, image: 'registry:5000/onpath@sha256:ab', volume: 'results' }

describe('the options of a Job', () => {
  test('a Job is complete with shards, image and volume', () => {
    const { shards, image, volume } = GIVEN
    expect(jobTarget(GIVEN, 3)).toEqual({ shards, image, volume, parallelism: 3, jobs: 1, scenarioPath: null })
    const more = { ...GIVEN, shards: 200, jobs: 4, scenarioPath: '/a.yaml' }
    expect(jobTarget(more, 200)).toMatchObject({ parallelism: 100, jobs: 4, scenarioPath: '/a.yaml' })
    expect(jobTarget({ ...more, parallelism: 150 }, 200).parallelism).toBe(150)
    expect(jobTarget({ ...more, parallelism: 250 }, 200).parallelism).toBe(200)
  })

  test.each(['shards', 'image', 'volume'] as const)('a Job is refused without %s', (key) => {
    expect(() => jobTarget({ ...GIVEN, [key]: undefined }, 3)).toThrow(
      new UsageError('--emit-job needs --shards, the number of pods, --image, and --volume, the claim for the results'),
    )
  })

  test('a Job is refused with more shards than points or an invalid image name', () => {
    expect(() => jobTarget(GIVEN, 2)).toThrow('the grid has 2 points, so that there can be at most 2 shards')
    for (const image of ['', 'on path', 'onpath;rm', 'a\nb'])
      expect(() => jobTarget({ ...GIVEN, image }, 3)).toThrow('--image is not the name of an image')
  })

  test('the options of a Job are parsed one by one', () => {
    const { shards, volume, scenarioPath } = JOB_OPTIONS
    expect([shards.parse?.('1', undefined), shards.parse?.('10000', undefined)]).toEqual([1, 10_000])
    for (const text of ['0', '10001', 'x']) expect(() => shards.parse?.(text, undefined)).toThrow(InvalidArgumentError)
    for (const name of ['a', 'a-1', 'a.b-c.9', 'a.bcd-e.fg', 'a'.repeat(253)])
      expect(volume.parse?.(name, undefined)).toBe(name)
    for (const name of ['', 'A', '-a', 'a-', 'a..b', '.a', 'a.', 'a_b', 'a'.repeat(254), 'a.-b'])
      expect(() => volume.parse?.(name, undefined), name).toThrow(InvalidArgumentError)
    for (const path of ['/a', '/results/my-scenario_1.yaml']) expect(scenarioPath.parse?.(path, undefined)).toBe(path)
    for (const path of ['', '/', 'a', './a', '/a b', '/a;b'])
      expect(() => scenarioPath.parse?.(path, undefined), path).toThrow(InvalidArgumentError)
  })
})

describe('an option that would do nothing', () => {
  test.each([
    ['out', '--out'],
    ['resume', '--resume'],
    ['prune', '--prune'],
    ['report', '--report'],
    ['queue', '--queue'],
    ['queueCa', '--queue-ca'],
    ['queueCert', '--queue-cert'],
    ['queueKey', '--queue-key'],
    ['json', '--json'],
    ['csv', '--csv'],
  ])('sweep refuses an option that has no effect with a Job: %s', (key, name) => {
    expect(() => refuseIdleOptions({ ...GIVEN, [key]: 'x' })).toThrow(
      new UsageError(`--emit-job runs nothing; leave out ${name}`),
    )
    refuseIdleOptions({ [key]: 'x' })
  })

  test.each([
    ['image', '--image'],
    ['volume', '--volume'],
    ['parallelism', '--parallelism'],
    ['scenarioPath', '--scenario-path'],
  ])('sweep refuses an option that has no effect without a Job: %s', (key, name) => {
    expect(() => refuseIdleOptions({ [key]: 'x' })).toThrow(new UsageError(`${name} is an option of --emit-job`))
    refuseIdleOptions({ ...GIVEN, [key]: 'x' })
  })

  test('sweep accepts options that apply with and without a Job', () => {
    refuseIdleOptions({})
    refuseIdleOptions({ shards: 3 })
    refuseIdleOptions(GIVEN)
  })
})
