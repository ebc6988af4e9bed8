// Installs a software Vulkan driver, and Chromium for its SwiftShader, with the system's package manager.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** What `/etc/os-release` says, by key. */
export function parseOsRelease(text) {
  return Object.fromEntries(
    [...text.matchAll(/^(\w+)=(?:"(.*)"|(.*))$/gm)].map(([, key, quoted, plain]) => [key, quoted ?? plain]),
  );
}

export function readOsRelease() {
  return existsSync('/etc/os-release') ? parseOsRelease(readFileSync('/etc/os-release', 'utf8')) : {};
}

/**
 * The commands that install what is wanted ('lavapipe', 'swiftshader'), as argument lists; null where we do not know
 * how.
 */
export function installCommands(os, wanted) {
  const family = [os.ID, ...(os.ID_LIKE ?? '').split(' ')];
  if (family.includes('debian')) return debianCommands(os, wanted);
  if (family.includes('fedora') && wanted.includes('lavapipe')) {
    return [['dnf', 'install', '-y', 'mesa-vulkan-drivers', 'vulkan-loader']];
  }
  if (family.includes('arch') && wanted.includes('lavapipe')) {
    return [['pacman', '-S', '--noconfirm', 'vulkan-swrast', 'vulkan-icd-loader']];
  }
  return null;
}

function debianCommands(os, wanted) {
  const install = ['apt-get', 'install', '-y', '-q', '--no-install-recommends'];
  const commands = [['apt-get', 'update', '-q']];
  if (wanted.includes('lavapipe')) {
    // Debian 12's own Mesa 22.3 is refused by Dawn; the one in its backports is not.
    const release = os.VERSION_CODENAME === 'bookworm' ? ['-t', 'bookworm-backports'] : [];
    commands.push([...install, ...release, 'mesa-vulkan-drivers', 'libvulkan1']);
  }
  // Ubuntu's chromium is a snap without a driver that others could use.
  if (wanted.includes('swiftshader') && os.ID === 'debian') commands.push([...install, 'chromium']);
  return commands;
}

/** A deb822 source for the backports, from the first source of the system's own suite; undefined if there is none. */
export function backportsSource(sources) {
  for (const stanza of sources.split(/\n\s*\n/)) {
    const field = (name) => stanza.match(new RegExp(`^${name}: *(.*)$`, 'm'))?.[1];
    if (!field('Suites')?.split(' ').includes('bookworm') || !field('URIs')) continue;
    const signed = field('Signed-By') ? `Signed-By: ${field('Signed-By')}\n` : '';
    return `Types: deb\nURIs: ${field('URIs')}\nSuites: bookworm-backports\nComponents: main\n${signed}`;
  }
  const line = sources.match(/^deb (?:\[[^\]]*\] )?(\S+) bookworm main/m);
  return line ? `Types: deb\nURIs: ${line[1]}\nSuites: bookworm-backports\nComponents: main\n` : undefined;
}

const sourcesFolder = '/etc/apt/sources.list.d';

/** Adds Debian 12's backports to apt's sources, unless they are there. */
export function addBackports() {
  const files = [
    ...(existsSync('/etc/apt/sources.list') ? ['/etc/apt/sources.list'] : []),
    ...readdirSync(sourcesFolder)
      .filter((name) => /\.(sources|list)$/.test(name))
      .map((name) => `${sourcesFolder}/${name}`),
  ];
  const texts = files.map((file) => readFileSync(file, 'utf8'));
  if (texts.some((text) => /bookworm-backports/.test(text))) return;
  const source = texts.map(backportsSource).find((text) => text !== undefined);
  if (!source) throw new Error('no apt source for bookworm was found from which to derive its backports');
  writeAsRoot(`${sourcesFolder}/shoal-backports.sources`, source);
}

const isRoot = () => process.getuid?.() === 0;

/** Whether commands can be run as root without asking for a password. */
export function mayInstall() {
  return isRoot() || spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0;
}

function writeAsRoot(path, text) {
  if (isRoot()) writeFileSync(path, text);
  else runAsRoot(['tee', path], text);
}

/** Runs a command as root; its output goes to standard error. */
export function runAsRoot([command, ...args], input = '') {
  const [program, ...rest] = isRoot() ? [command, ...args] : ['sudo', '-n', command, ...args];
  const { status } = spawnSync(program, rest, {
    input,
    stdio: ['pipe', 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (status !== 0) throw new Error(`${[command, ...args].join(' ')} ended with ${status}`);
}
