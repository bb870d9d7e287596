import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { QueueAddress } from '../../../src/cli/queue/queue-address.ts'
import { connectToQueue } from '../../../src/cli/queue/queue-connection.ts'
import { UsageError } from '../../../src/disk/usage-error.ts'

/** The replies of a server by the name of the command, in RESP2; undefined: it says nothing. */
type Replies = Readonly<Record<string, string | undefined>>

const USUAL: Replies = {
  INFO: '$23\r\nredis_version:7.0.0\r\n\r\n\r\n',
  PING: '+PONG\r\n',
  SELECT: '+OK\r\n',
  CLIENT: '+OK\r\n',
  AUTH: '+OK\r\n',
}

/** Starts a server that answers commands, and lists them with their words. */
async function aServer(replies: Replies = {}) {
  const commands: string[][] = []
  const sockets = new Set<Socket>()
  const all = new Map(Object.entries({ ...USUAL, ...replies }))
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    let text = ''
    socket.on('data', (chunk) => {
      text += String(chunk)
      for (;;) {
        const [head, count] = /^\*(\d+)\r\n/.exec(text) ?? []
        if (head === undefined) return
        const words = text.slice(head.length).split('\r\n')
        if (words.length <= 2 * Number(count)) return
        const command = Array.from({ length: Number(count) }, (_, i) => words[2 * i + 1])
        commands.push(command)
        text = words.slice(2 * Number(count)).join('\r\n')
        socket.write(all.get(command[0].toUpperCase()) ?? '')
      }
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { commands, sockets, server, port }
}

function addressOf(port: number, more: Partial<QueueAddress> = {}): QueueAddress {
  return {
    name: `redis://127.0.0.1:${port}`,
    host: '127.0.0.1',
    port,
    database: 0,
    username: null,
    password: null,
    tls: null,
    secret: null,
    ...more,
  }
}

async function connected(port: number, more: Partial<QueueAddress> = {}) {
  const connection = await connectToQueue(addressOf(port, more))
  connection.on('error', () => {})
  onTestFinished(() => connection.disconnect())
  return connection
}

describe('a connection to the server of a queue', () => {
  test('a connection to the queue server is ready once the server has answered', async () => {
    const { commands, port } = await aServer({ GET: '$5\r\nhello\r\n' })
    const connection = await connected(port)
    expect(connection.status).toBe('ready')
    expect(commands.some(([name]) => name.toUpperCase() === 'PING')).toBe(true)
    expect(commands.some(([name]) => ['AUTH', 'SELECT'].includes(name.toUpperCase()))).toBe(false)
    expect(await connection.get('x')).toBe('hello')
  })

  test('a connection to the queue server uses user, password and database of its address', async () => {
    const { commands, port } = await aServer()
    await connected(port, { username: 'me', password: 'correct-horse', database: 3 })
    const wordsOf = (wanted: string) => commands.find(([name]) => name.toUpperCase() === wanted)?.slice(1)
    expect([wordsOf('AUTH'), wordsOf('SELECT')]).toEqual([['me', 'correct-horse'], ['3']])
    const alone = await aServer()
    await connected(alone.port, { password: 'p' })
    expect(alone.commands.find(([name]) => name.toUpperCase() === 'AUTH')).toEqual(['auth', 'p'])
  })

  test('a connection to the queue server reconnects after a cut, and its duplicate has the same address', async () => {
    const { port, sockets } = await aServer({ GET: '$1\r\n1\r\n' })
    const connection = await connected(port, { database: 2 })
    const other = connection.duplicate({ db: 5 })
    other.on('error', () => {})
    onTestFinished(() => other.disconnect())
    expect([other.options.port, other.options.db, connection.options.db]).toEqual([port, 5, 2])
    for (const socket of sockets) socket.destroy()
    await once(connection, 'close')
    expect(await connection.get('x')).toBe('1')
  })
})

describe('a server of a queue that cannot be used', () => {
  const reasonOf = async (address: QueueAddress) => {
    try {
      ;(await connectToQueue(address)).disconnect()
      return null
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError)
      return String((error as Error).message)
    }
  }

  test('a queue server that does not listen is reported', async () => {
    const { port, server } = await aServer()
    server.close()
    await once(server, 'close')
    expect(await reasonOf(addressOf(port))).toBe(
      `cannot use the queue at redis://127.0.0.1:${port}: nothing listens there`,
    )
  })

  test('a queue server that closes the connection is reported', async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => {
      server.close()
    })
    expect(await reasonOf(addressOf((server.address() as AddressInfo).port))).toMatch(/^cannot use the queue at /)
  })

  test('a queue server is contacted with TLS if its address says so', async () => {
    const first: number[] = []
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', (chunk) => {
        first.push(chunk[0])
        socket.destroy()
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => {
      server.close()
    })
    const { port } = server.address() as AddressInfo
    expect(await reasonOf(addressOf(port, { tls: {} }))).toMatch(/^cannot use the queue at /)
    // A handshake record (RFC 8446, section 5.1).
    expect(first).toEqual([22])
  })

  test('a queue server that requires a password, or another one, is reported', async () => {
    const wanted = 'the password is missing or wrong; set ONPATH_QUEUE_PASSWORD, and the user in the address'
    const missing = await aServer({
      INFO: '-NOAUTH Authentication required.\r\n',
      PING: '-NOAUTH Authentication required.\r\n',
    })
    expect(await reasonOf(addressOf(missing.port))).toContain(wanted)
    const wrong = await aServer({
      AUTH: '-WRONGPASS invalid username-password pair or user is disabled.\r\n',
      INFO: '-NOAUTH Authentication required.\r\n',
      PING: '-NOAUTH Authentication required.\r\n',
    })
    expect(await reasonOf(addressOf(wrong.port, { password: 'x' }))).toContain(wanted)
  })

  test('a queue server that refuses the command for another reason is reported with the reason', async () => {
    const { port } = await aServer({ PING: '-LOADING wait for me\r\n' })
    expect(await reasonOf(addressOf(port))).toContain('LOADING wait for me')
  })
})
