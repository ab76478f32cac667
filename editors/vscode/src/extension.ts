// Starts `kerascheck server` and leaves the rest to the protocol.

import { commands, ExtensionContext, window, workspace } from "vscode";
import { LanguageClient, LanguageClientOptions } from "vscode-languageclient/node";

const SECTION = "kerascheck";
const SETTINGS = ["select", "extendSelect", "ignore", "minConfidence", "run", "delay"];

let client: LanguageClient | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  context.subscriptions.push(
    commands.registerCommand("kerascheck.restart", restart),
    workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration(`${SECTION}.command`)) {
        await restart();
      }
    }),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}

async function restart(): Promise<void> {
  await client?.stop().catch(() => undefined);
  await start();
}

async function start(): Promise<void> {
  const configuration = workspace.getConfiguration(SECTION);
  const [command, ...before] = configuration.get<string[]>("command", ["kerascheck"]);
  const files = "**/{.kerascheck.toml,kerascheck.toml,pyproject.toml,kerascheck-baseline.json}";
  const options: LanguageClientOptions = {
    documentSelector: [
      { scheme: "file", language: "python" },
      { notebook: "*", language: "python" },
    ],
    initializationOptions: settings(),
    synchronize: { fileEvents: workspace.createFileSystemWatcher(files) },
    middleware: {
      // only what the server knows: the command is none of its settings
      workspace: {
        configuration: (params) => params.items.map(() => settings()),
      },
    },
  };
  client = new LanguageClient(
    SECTION,
    "kerascheck",
    { command, args: [...before, "server"] },
    options,
  );
  try {
    await client.start();
  } catch (error) {
    void window.showErrorMessage(
      `kerascheck: "${command}" did not start: ${error}. ` +
        `Install it by pip install "kerascheck[editor]", or set kerascheck.command.`,
    );
  }
}

function settings(): Record<string, unknown> {
  const configuration = workspace.getConfiguration(SECTION);
  return Object.fromEntries(SETTINGS.map((name) => [name, configuration.get(name)]));
}
