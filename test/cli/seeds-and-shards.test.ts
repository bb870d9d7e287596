import { InvalidArgumentError } from 'commander'
import { describe, expect, test } from 'vitest'
import { seedList, seedText } from '../../src/cli/options/seed-list.ts'
import { MAX_SHARDS, parseShard, pointsOfShard, shardText } from '../../src/study/sweep/shard.ts'

describe('the seeds of a search', () => {
  test('the seeds of a search are a range or a list, each once, in the given order', () => {
    expect(seedList('1..5')).toEqual([1, 2, 3, 4, 5])
    expect(seedList('0..0')).toEqual([0])
    expect(seedList('7,1,-3,7')).toEqual([7, 1, -3])
    expect(seedList('9')).toEqual([9])
    expect(seedList('123,-456')).toEqual([123, -456])
    expect(seedList('999999999999998..999999999999999')).toEqual([999_999_999_999_998, 999_999_999_999_999])
  })

  test.each(['', 'x', '1..', '..2', '1...2', '1,', ',1', '1, 2', '1.5', '-1..3', '1..3,5', '1000000000000000', ' 1'])(
    '%j is not a list of seeds',
    (text) => {
      expect(() => seedList(text)).toThrow(
        new InvalidArgumentError('It is neither a range such as 1..30 nor a list such as 1,5,9.'),
      )
    },
  )

  test('the seeds of a search are at most a thousand, and a range does not end before it begins', () => {
    expect(seedList('1..1000')).toHaveLength(1000)
    expect(() => seedList('1..1001')).toThrow('There are 1001 seeds, and at most 1000 are allowed.')
    expect(() => seedList(Array.from({ length: 1001 }, () => '5').join(','))).toThrow('There are 1001 seeds')
    expect(() => seedList('5..4')).toThrow('The range ends before it begins.')
  })

  test('the seeds of a search are printed as a range if that is shorter, and can be read again', () => {
    expect([[1, 2, 3], [1, 2], [4], [3, 2, 1], [1, 2, 4], [-1, 0, 1], [0, 1, 2]].map(seedText)).toEqual([
      '1..3',
      '1,2',
      '4',
      '3,2,1',
      '1,2,4',
      '-1,0,1',
      '0..2',
    ])
  })
})

describe('a shard of a sweep', () => {
  test('a shard of a sweep is numbered from the first to the last of several', () => {
    expect(parseShard('1/1')).toEqual({ number: 1, of: 1 })
    expect(parseShard('3/8')).toEqual({ number: 3, of: 8 })
    expect(parseShard(`${MAX_SHARDS}/${MAX_SHARDS}`)).toEqual({ number: 10_000, of: 10_000 })
    expect(shardText({ number: 3, of: 8 })).toBe('3/8')
  })

  test.each(['', '0/3', '4/3', '1/0', '1/10001', '1', '1/2/3', 'a/b', ' 1/2', '1/2 ', '-1/2', '1.0/2', '000001/2'])(
    '%j is not a shard of a sweep',
    (text) => {
      expect(parseShard(text)).toBe(null)
    },
  )

  test('a shard of n takes every nth point, so that all shards together have each point once', () => {
    expect([1, 2, 3].map((number) => pointsOfShard({ number, of: 3 }, 8))).toEqual([
      [0, 3, 6],
      [1, 4, 7],
      [2, 5],
    ])
    for (const size of [0, 1, 2, 9, 10])
      for (const of of [1, 2, 3, 9, 12]) {
        const all = Array.from({ length: of }, (_, i) => pointsOfShard({ number: i + 1, of }, size)).flat()
        expect([...all].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i))
      }
  })
})
