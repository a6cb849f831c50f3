import { spawn } from 'node:child_process'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface GitHttpServer extends AsyncDisposable {
  /** `http://127.0.0.1:port`; repositories are paths below it. */
  readonly url: string
  /** What requests had as `Authorization`. */
  readonly authorizations: (string | undefined)[]
}

export interface GitHttpOptions {
  /** `user:password` without which nothing is answered. */
  readonly credentials?: string
  /** Takes requests and never answers them. */
  readonly isStuck?: boolean
}

/** Serves the repositories in a folder as git servers do: `git http-backend` behind HTTP on the loopback device, pushes included. */
export const openGitHttpServer = async (folder: string, { credentials, isStuck = false }: GitHttpOptions = {}): Promise<GitHttpServer> => {
  const authorizations: (string | undefined)[] = []
  const wanted = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization)
    if (isStuck) return
    if (wanted !== undefined && request.headers.authorization !== wanted) response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end()
    else runBackend(folder, request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    authorizations,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const runBackend = (folder: string, request: IncomingMessage, response: ServerResponse): void => {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost')
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH ?? '',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_KEY_0: 'http.receivepack',
      GIT_CONFIG_VALUE_0: 'true',
      GIT_CONFIG_KEY_1: 'safe.directory',
      GIT_CONFIG_VALUE_1: '*',
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      REQUEST_METHOD: request.method ?? 'GET',
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REMOTE_USER: 'somebody',
      ...(request.headers['content-length'] !== undefined && { CONTENT_LENGTH: request.headers['content-length'] }),
    },
  })
  child.stdin.on('error', () => undefined)
  request.pipe(child.stdin)
  child.stderr.resume()
  passOn(child.stdout, response)
}

/** CGI: header lines, `Status` among them, an empty line, the body. */
const passOn = (output: NodeJS.ReadableStream, response: ServerResponse): void => {
  let head = Buffer.alloc(0)
  let isBody = false
  output.on('data', (chunk: Buffer) => {
    if (isBody) {
      response.write(chunk)
      return
    }
    head = Buffer.concat([head, chunk])
    const end = head.indexOf('\r\n\r\n')
    if (end === -1) return
    isBody = true
    for (const line of head.subarray(0, end).toString().split('\r\n')) {
      const [, name = '', value = ''] = /^([^:]+): (.*)$/.exec(line) ?? []
      if (name === 'Status') response.statusCode = Number.parseInt(value, 10)
      else response.setHeader(name, value)
    }
    response.write(head.subarray(end + 4))
  })
  output.on('end', () => response.end())
}
