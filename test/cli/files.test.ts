import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { checksumsText, readChecksums } from '../../src/cli/files/checksums.ts'
import { discard } from '../../src/cli/files/discard.ts'
import { diskFiles, type Files } from '../../src/cli/files/files.ts'
import { makeFolders, removeMade } from '../../src/cli/files/make-folders.ts'
import { isWriting, newOwner, type Owner, readOwner, TEMPORARY, temporaryName } from '../../src/cli/files/owner.ts'
import { runningProcess, thisProcess } from '../../src/cli/files/process-identity.ts'
import { removeLeftBehind, sharedTemporaryName } from '../../src/cli/files/shared-temporary.ts'
import { ignoreUnable } from '../../src/cli/files/synchronization.ts'
import { readBytes, readTextFile } from '../../src/disk/read-text.ts'
import { onFile, reasonOf, UsageError } from '../../src/disk/usage-error.ts'
import { aFolder } from '../fixtures/folder.ts'
import { LISTS_OPEN_FILES, openFilesBelow } from '../fixtures/open-files.ts'

const NOBODY = 2 ** 22 + 1

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: something`), { code, syscall: 'open' })
}

describe('a process', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  test('a process is identified by its number, its machine and when it began', () => {
    expect(thisProcess).toEqual({ pid: process.pid, host: hostname(), started: thisProcess.started })
    expect(runningProcess(process.pid)).toEqual(thisProcess)
    const stat = readFileSync('/proc/self/stat', 'utf8')
    expect(thisProcess.started).toMatch(/^\d+$/)
    expect(stat.split(' ')).toContain(thisProcess.started)
  })

  test('a process is reported as ended if its number is free, and as running if it may not be signalled', () => {
    expect(runningProcess(NOBODY)).toBe(null)
    const kill = vi.spyOn(process, 'kill')
    kill.mockImplementation(() => {
      throw systemError('EPERM')
    })
    expect(runningProcess(NOBODY)).toEqual({ pid: NOBODY, host: hostname(), started: null })
    kill.mockImplementation(() => {
      throw systemError('ESRCH')
    })
    expect(runningProcess(process.pid)).toBe(null)
    kill.mockImplementation(() => {
      throw new Error('something else')
    })
    expect(runningProcess(process.pid)).toBe(null)
  })
})

const SINCE = '2027-03-01T12:00:00.000Z'
const OWNER: Owner = { pid: 5, host: 'test', started: '77', token: '5-0123456789ab', since: SINCE }

function ownerIn(text: string) {
  return readOwner(aFolder({ 'owner.json': text }), diskFiles)
}

describe('the owner of a folder', () => {
  test('the owner file of a folder is read, and invalid content is rejected', () => {
    expect(ownerIn(JSON.stringify({ ...OWNER, more: 1 }))).toEqual(OWNER)
    expect(ownerIn(JSON.stringify({ ...OWNER, started: null }))).toEqual({ ...OWNER, started: null })
    expect(ownerIn(JSON.stringify({ ...OWNER, since: undefined }))).toEqual({ ...OWNER, since: null })
    for (const wrong of [
      { pid: '5' },
      { host: 5 },
      { started: 77 },
      { token: 5 },
      { token: '../x' },
      { since: 5 },
      { since: `\n${SINCE}` },
      { since: `${SINCE}\n` },
      { since: [SINCE] },
      { token: [OWNER.token] },
    ])
      expect(ownerIn(JSON.stringify({ ...OWNER, ...wrong })), JSON.stringify(wrong)).toBe(null)
    for (const key of ['pid', 'host', 'started', 'token'] as const)
      expect(ownerIn(JSON.stringify({ ...OWNER, [key]: undefined }))).toBe(null)
    for (const text of ['', '{', 'null', '5', '[]', '"owner"']) expect(ownerIn(text)).toBe(null)
  })

  test('a folder without an owner file has no owner, and disk errors are reported', () => {
    expect(readOwner(aFolder(), diskFiles)).toBe(null)
    const folder = aFolder()
    mkdirSync(join(folder, 'owner.json'))
    expect(readOwner(folder, diskFiles)).toBe(null)
    const failing = (): never => {
      throw systemError('EIO')
    }
    expect(() => readOwner(aFolder({ 'owner.json': '{}' }), { ...diskFiles, read: failing })).toThrow('EIO')
  })

  test('the owner of a folder counts as writing until it records its end or its process is gone', () => {
    const files = (running: Owner | null): Files => ({
      ...diskFiles,
      thisProcess: { pid: 1, host: 'test', started: '1' },
      runningProcess: (pid) => (running?.pid === pid ? running : null),
    })
    const folder = aFolder()
    expect(isWriting(OWNER, folder, files(OWNER))).toBe(true)
    expect(isWriting(OWNER, folder, files(null))).toBe(false)
    expect(isWriting(OWNER, folder, files({ ...OWNER, started: '78' }))).toBe(false)
    // Nobody knows what runs on another machine.
    expect(isWriting({ ...OWNER, host: 'elsewhere' }, folder, files(null))).toBe(true)
    expect(isWriting(OWNER, aFolder({ 'reason.txt': '' }), files(OWNER))).toBe(false)
  })

  test('each owner of a folder has its own name, which marks its temporary files', () => {
    const [one, other] = [newOwner(diskFiles), newOwner(diskFiles)]
    expect(one).toEqual({ ...thisProcess, token: one.token, since: one.since })
    expect(new Date(one.since ?? '').toISOString()).toBe(one.since)
    expect(one.token).not.toBe(other.token)
    expect(TEMPORARY.exec(temporaryName(one.token))?.[1]).toBe(String(process.pid))
    expect(TEMPORARY.exec(`${temporaryName(one.token)}.tmp`)?.[1]).toBe(String(process.pid))
    for (const name of [
      '.onpath-1-0123456789ab.tmp.tmp',
      '.onpath-1-0123456789abc',
      '.onpath-12345678901-0123456789ab',
      '.onpath-1-0123456789ag',
      'x.onpath-1-0123456789ab',
      '.onpath--0123456789ab',
      '.onpath-1-0123456789a',
    ])
      expect(TEMPORARY.test(name)).toBe(false)
  })
})

describe('checksums', () => {
  test('checksums have the format of sha256sum, and are read from its lines', () => {
    const folder = aFolder({ 'a b.txt': 'abc', empty: '' })
    const text =
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a b.txt\n' +
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  empty\n'
    expect(checksumsText(folder, ['a b.txt', 'empty'], diskFiles)).toBe(text)
    const binary = `${'0'.repeat(64)} *c\n`
    writeFileSync(
      join(folder, 'SHA256SUMS'),
      `${text}${binary}x${text.slice(0, 64)}  longer\nno checksum\n\n${'1'.repeat(63)}  short\n`,
    )
    expect([...(readChecksums(folder, diskFiles) ?? [])]).toEqual([
      ['a b.txt', text.slice(0, 64)],
      ['empty', text.split('\n')[1].slice(0, 64)],
      ['c', '0'.repeat(64)],
    ])
    expect(readChecksums(aFolder(), diskFiles)).toBe(null)
  })
})

describe('the files of the disk', () => {
  test('a path is a file, a folder, missing or something else, and a symbolic link is not followed', () => {
    const folder = aFolder({ file: 'text' })
    symlinkSync(join(folder, 'file'), join(folder, 'link'))
    symlinkSync('nowhere', join(folder, 'broken'))
    symlinkSync(folder, join(folder, 'to-folder'))
    const kinds = ['file', 'link', 'broken', 'to-folder', 'none', '.'].map((name) =>
      diskFiles.kindOf(join(folder, name)),
    )
    expect(kinds).toEqual(['file', 'link', 'link', 'link', null, 'folder'])
    expect(diskFiles.kindOf('/dev/null')).toBe('other')
    const isFolder = ['file', 'link', 'broken', 'to-folder', 'none'].map((name) =>
      diskFiles.isFolder(join(folder, name)),
    )
    expect(isFolder).toEqual([false, false, false, true, false])
  })

  test('files are written once, appended to, renamed in one step and removed', () => {
    const folder = aFolder()
    const at = (name: string) => join(folder, name)
    diskFiles.write(at('a'), 'one')
    expect(() => diskFiles.write(at('a'), 'two')).toThrow('EEXIST')
    diskFiles.append(at('a'), ', two')
    diskFiles.write(at('b'), 'old')
    diskFiles.rename(at('a'), at('b'))
    expect([readdirSync(folder), readFileSync(at('b'), 'utf8')]).toEqual([['b'], 'one, two'])
    diskFiles.makeFolder(at('c'))
    expect(() => diskFiles.removeFile(at('c'))).toThrow()
    diskFiles.removeFolder(at('c'))
    diskFiles.removeFile(at('b'))
    diskFiles.sync(folder)
    expect(diskFiles.list(folder)).toEqual([])
  })
})

describe('the files of the disk, where something fails,', () => {
  test('a file whose write fails is either complete or not there', async () => {
    const folder = aFolder({ 'taken/x': '' })
    const [temporary, place] = ['t', 'p'].map((name) => join(folder, name))
    await diskFiles.writeAndRename(temporary, place, 'whole')
    await diskFiles.syncLater(folder)
    expect([readdirSync(folder).sort(), readFileSync(place, 'utf8')]).toEqual([['p', 'taken'], 'whole'])
    await expect(diskFiles.writeAndRename(temporary, join(folder, 'taken'), 'x')).rejects.toThrow(/EISDIR|ENOTEMPTY/)
    expect(readdirSync(folder).sort()).toEqual(['p', 'taken'])
    await expect(diskFiles.writeAndRename(place, join(folder, 'other'), 'x')).rejects.toThrow('EEXIST')
  })

  test('a file that does not exist cannot be synced to disk', async () => {
    const none = join(aFolder(), 'none')
    expect(() => diskFiles.sync(none)).toThrow('ENOENT')
    await expect(diskFiles.syncLater(none)).rejects.toThrow('ENOENT')
    expect(() => diskFiles.write(join(none, 'x'), 'x')).toThrow('ENOENT')
  })

  test('a file system that cannot sync is tolerated; other errors of a sync are reported', async () => {
    diskFiles.sync('/dev/null')
    await diskFiles.syncLater('/dev/null')
    ignoreUnable(systemError('EINVAL'))
    for (const error of [systemError('EIO'), new Error('EINVAL'), { code: 'EINVAL' }])
      expect(() => ignoreUnable(error)).toThrow()
  })

  test.runIf(LISTS_OPEN_FILES)('files are closed after they are synced', async () => {
    const folder = aFolder({ a: 'x' })
    diskFiles.sync(join(folder, 'a'))
    await diskFiles.syncLater(join(folder, 'a'))
    await diskFiles.writeAndRename(join(folder, 't'), join(folder, 'b'), 'x')
    expect(openFilesBelow(folder)).toEqual([])
  })

  test('a path below a file lists nothing, and a missing file has no age', () => {
    const folder = aFolder({ file: 'abc' })
    const below = join(folder, 'file', 'below')
    expect([diskFiles.kindOf(below), diskFiles.isFolder(below)]).toEqual([null, false])
    expect(diskFiles.ageMs(join(folder, 'none'))).toBeCloseTo(0, -3)
    const start = diskFiles.readStart(join(folder, 'file'), 2)
    expect([new TextDecoder().decode(start), diskFiles.readStart(join(folder, 'file'), 9)]).toEqual([
      'ab',
      new TextEncoder().encode('abc'),
    ])
    symlinkSync('loop', join(folder, 'loop'))
    expect(() => diskFiles.isFolder(join(folder, 'loop'))).toThrow('its symbolic links form a loop')
  })

  test('a file that cannot be removed may stay, and any other error is reported', () => {
    const files = (error: unknown): Files => ({
      ...diskFiles,
      removeFile: () => {
        throw error
      },
      removeFolder: () => {
        throw error
      },
    })
    discard('x', files(systemError('EACCES')))
    removeMade(['x'], files(systemError('EACCES')))
    for (const error of [new TypeError('oh'), { code: 'EACCES' }]) {
      expect(() => discard('x', files(error))).toThrow()
      expect(() => removeMade(['x'], files(error))).toThrow()
    }
  })
})

describe('folders that are made', () => {
  test('missing folders are created from the top, and removed again while they are empty', () => {
    const folder = aFolder({ 'there/x': '' })
    const [there, a, b] = ['there', 'there/a', 'there/a/b'].map((name) => join(folder, name))
    expect(makeFolders(there, diskFiles)).toEqual([])
    const made = makeFolders(b, diskFiles)
    expect([made, diskFiles.isFolder(b)]).toEqual([[a, b], true])
    removeMade(made, diskFiles)
    expect(readdirSync(there)).toEqual(['x'])
    const again = makeFolders(b, diskFiles)
    writeFileSync(join(a, 'mine'), '')
    removeMade(again, diskFiles)
    expect(readdirSync(a)).toEqual(['mine'])
  })

  test('folders that another process created meanwhile are accepted, and removed if a later one fails', () => {
    const folder = aFolder()
    const [a, b] = ['a', 'a/b'].map((name) => join(folder, name))
    const racing: Files = {
      ...diskFiles,
      makeFolder: (path) => {
        mkdirSync(path)
        throw systemError('EEXIST')
      },
    }
    expect(makeFolders(a, racing)).toEqual([])
    const full: Files = {
      ...diskFiles,
      makeFolder: (path) => {
        if (path === join(b, 'c')) throw systemError('ENOSPC')
        mkdirSync(path)
      },
    }
    expect(() => makeFolders(join(b, 'c'), full)).toThrow('ENOSPC')
    expect(readdirSync(a)).toEqual([])
  })

  test('missing folders are not looked for above the root', () => {
    const removed: string[] = []
    const gone: Files = {
      ...diskFiles,
      isFolder: () => false,
      kindOf: () => null,
      makeFolder: () => {
        throw systemError('ENOENT')
      },
      removeFolder: (path) => removed.push(path),
    }
    expect(() => makeFolders('a', gone)).toThrow('ENOENT')
    expect(removed).toEqual([])
  })

  test('a folder is not created in place of a file, and the error says which path is one', () => {
    const file = join(aFolder({ file: '' }), 'file')
    expect(() => makeFolders(file, diskFiles)).toThrow(`cannot write to ${file}: it is not a folder`)
    const below = join(file, 'below')
    expect(() => makeFolders(below, diskFiles)).toThrow(`cannot write to ${below}: ${file} is not a folder`)
  })
})

test('a temporary file is abandoned if another process now has the number of its owner', () => {
  const folder = aFolder()
  const name = sharedTemporaryName(diskFiles)
  const removed = (running: typeof thisProcess) => {
    writeFileSync(join(folder, name), 'half')
    removeLeftBehind(folder, { ...diskFiles, runningProcess: () => running })
    return readdirSync(folder).length === 0
  }
  expect(removed(thisProcess)).toBe(false)
  expect(removed({ ...thisProcess, started: '1' })).toBe(true)
})

describe('a file that is read', () => {
  test('a file is read whole up to a limit, even if its size is unknown', () => {
    const folder = aFolder({ text: 'ä'.repeat(100_000) })
    expect(readTextFile(join(folder, 'text'))).toBe('ä'.repeat(100_000))
    expect(readBytes(join(folder, 'text'), 200_000)).toHaveLength(200_000)
    expect(() => readBytes(join(folder, 'text'), 199_999)).toThrow('it is larger than 199999 bytes')
    expect(() => readBytes(join(folder, 'text'), 2 ** 16)).toThrow('it is larger than 65536 bytes')
    expect(() => readBytes('/proc/self/maps', 100)).toThrow('cannot read /proc/self/maps: it is larger than 100 bytes')
    expect(readTextFile('/proc/self/stat')).toContain(`${process.pid} (`)
    writeFileSync(join(folder, 'large'), Buffer.alloc(2 ** 20 + 1))
    expect(() => readBytes(join(folder, 'large'), 2 ** 20)).toThrow('it is larger than 1 MiB')
  })

  test('a file is read as UTF-8 with or without a byte order mark, and UTF-16 is refused by name', () => {
    const read = (...bytes: number[]) => {
      const folder = aFolder()
      writeFileSync(join(folder, 'text'), Uint8Array.from(bytes))
      return readTextFile(join(folder, 'text'))
    }
    expect([read(), read(0x61), read(0), read(0xff), read(0xef, 0xbb, 0xbf, 0x61)]).toEqual([
      '',
      'a',
      '\0',
      '\ufffd',
      'a',
    ])
    expect([read(0xff, 0x61), read(0xfe, 0x61), read(0x61, 0xff), read(0x61, 0xfe)]).toEqual([
      '\ufffda',
      '\ufffda',
      'a\ufffd',
      'a\ufffd',
    ])
    for (const utf16 of [
      [0xff, 0xfe, 0x61, 0],
      [0xfe, 0xff, 0, 0x61],
      [0x61, 0],
      [0, 0x61],
    ])
      expect(() => read(...utf16)).toThrow('it is UTF-16, and must be UTF-8')
  })

  test.runIf(LISTS_OPEN_FILES)('a file is closed after it is read', () => {
    const folder = aFolder({ a: 'x' })
    expect(readTextFile(join(folder, 'a'))).toBe('x')
    expect(diskFiles.readStart(join(folder, 'a'), 1)).toHaveLength(1)
    expect(openFilesBelow(folder)).toEqual([])
  })

  test('a device or a folder is not read as a file', () => {
    expect(() => readTextFile('/dev/null')).toThrow('it is a pipe or a device; write - to read standard input')
    // Nobody writes to this pipe.
    const pipe = join(aFolder(), 'pipe')
    execFileSync('mkfifo', [pipe])
    expect(() => readTextFile(pipe)).toThrow('it is a pipe or a device')
    expect(() => readTextFile(aFolder())).toThrow('it is a folder')
    expect(() => readTextFile(join(aFolder(), 'none'))).toThrow('there is no such file')
  })
})

describe('an error of the file system', () => {
  test.each([
    ['EACCES', 'permission denied'],
    ['EPERM', 'permission denied'],
    ['EEXIST', 'it already exists'],
    ['EISDIR', 'it is a folder'],
    ['ELOOP', 'its symbolic links form a loop'],
    ['ENAMETOOLONG', 'the name is too long'],
    ['ENOENT', 'there is no such file'],
    ['ENOSPC', 'the disk is full'],
    ['ENOTDIR', 'a part of the path is not a folder'],
    ['EROFS', 'the file system is read-only'],
    ['EIO', 'EIO: something'],
  ])('file system error %s is explained in words, as an error of the user', (code, words) => {
    const act = () =>
      onFile('read', 'x.yaml', () => {
        throw systemError(code)
      })
    expect(act).toThrow(new UsageError(`cannot read x.yaml: ${words}`))
    expect(reasonOf(systemError(code))).toBe(words)
  })

  test('any other error is not treated as one of the file system', () => {
    for (const error of [new TypeError('oh'), Object.assign(new Error('oh'), { code: 'ENOENT' }), 'oh']) {
      const thrown = vi.fn((): never => {
        throw error
      })
      expect(() => onFile('read', 'x', thrown)).toThrow(error instanceof Error ? error : 'oh')
      expect(thrown).toHaveBeenCalledOnce()
    }
    expect(onFile('read', 'x', () => 5)).toBe(5)
  })
})
