import type { PinnedPackage } from "./npm-pack.ts";

/** Which folders of an unpacked package go where in the corpus. `from` is below the package's root. */
interface Take {
  from: string;
  to: string;
  /** Left out, below `from`. */
  without?: readonly string[];
}

export interface NpmSource extends PinnedPackage {
  kind: "npm";
  take: readonly Take[];
}

/** A binary package of Debian 12 that ships sources. `version` as apt writes it, `sha256` of the .deb in hex. */
export interface DebianSource {
  kind: "debian";
  name: string;
  version: string;
  sha256: string;
  /** A tarball inside the package that holds the folders to take. */
  inner?: string;
  take: readonly Take[];
}

export type CorpusSource = NpmSource | DebianSource;

const linuxPackage = {
  kind: "debian",
  name: "linux-source-6.1",
  version: "6.1.192-2",
  sha256: "ae95fe63d4c553f8d0e6c86cb1ab566f3894a43743eb19ab585cd97d82f26514",
  inner: "usr/src/linux-source-6.1.tar.xz",
} as const;

/**
 * `standard`: real projects in the five languages people ask about first. `languages`: a smaller one for each of the
 * others, so that all 13 are there. `linux`: a whole kernel tree, over 20 million lines.
 */
export const corpusSets = {
  standard: [
    {
      kind: "debian",
      name: "python3-django",
      version: "3:3.2.25-0+deb12u7",
      sha256: "9ad8ed29d9026207970777e194f658c39b3a7a96a932967f043503fc25bdc319",
      take: [
        {
          from: "usr/lib/python3/dist-packages/django",
          to: "python/django",
          without: ["**/*.mo", "**/*.po"],
        },
      ],
    },
    {
      kind: "debian",
      name: "golang-1.19-src",
      version: "1.19.8-2",
      sha256: "2dfa82fe4f08f4e0193c532e561af4c91871f5235608f04f2bb8d57bb288df5a",
      // The standard library: without the compiler's commands and other people's packages.
      take: [{ from: "usr/share/go-1.19/src", to: "go/std", without: ["cmd", "vendor"] }],
    },
    {
      ...linuxPackage,
      take: [
        { from: "linux-source-6.1/mm", to: "c/linux/mm" },
        { from: "linux-source-6.1/fs", to: "c/linux/fs" },
      ],
    },
    npm(
      "three",
      "0.160.1",
      "sha512-Bgl2wPJypDOZ1stAxwfWAcJ0WQf7QzlptsxkjYiURPz+n5k4RBDLsq+6f9Y75TYxn6aHLcWz+JNmwTOXWrQTBQ==",
      [
        { from: "src", to: "javascript/three/src" },
        { from: "examples/jsm", to: "javascript/three/jsm" },
      ],
    ),
    npm(
      "@babel/core",
      "7.26.0",
      "sha512-i1SLeK+DzNnQ3LL/CswPCa/E5u4lh1k6IAEphON8F+cXt0t9euTshDru0q7/IqMa1PMPz5RnHuHscF8/ZJsStg==",
      [{ from: "lib", to: "javascript/babel/core" }],
    ),
    npm(
      "@babel/parser",
      "7.26.2",
      "sha512-DWMCZH9WA4Maitz2q21SRKHo9QXZxkDsbNZoVD62gusNtNBBqDg9i7uOhASfTfIGNzW+O+r7+jAlM8dwphcJKQ==",
      [{ from: "lib", to: "javascript/babel/parser" }],
    ),
    npm(
      "@babel/traverse",
      "7.25.9",
      "sha512-ZCuvfwOwlz/bawvAuvcj8rrithP2/N55Tzz342AkTvq4qaWbGfmCk/tKhNaV2cthijKrPAA8SRJV5WWe7IBMJw==",
      [{ from: "lib", to: "javascript/babel/traverse" }],
    ),
    npm(
      "@babel/types",
      "7.26.0",
      "sha512-Z/yiTPj+lDVnF7lWeKCIJzaIkI0vYO87dMpZ4bg4TDrFe4XXLFWL1TbXU27gBP3QccxV9mZICCrnjnYlJjXHOA==",
      [{ from: "lib", to: "javascript/babel/types" }],
    ),
    npm(
      "lodash",
      "4.17.21",
      "sha512-v2kDEe57lecTulaDIuNTPy3Ry4gLGJ6Z1O3vE1krgXZNrsQ+LFTGHVxVjcXPs17LhbZVGedAJv8XZ1tvj5FvSg==",
      [{ from: ".", to: "javascript/lodash" }],
    ),
    npm(
      "zod",
      "4.1.12",
      "sha512-JInaHOamG8pt5+Ey8kGmdcAcg3OL9reK8ltczgHTAwNhMys/6ThXHityHxVV2p3fkw/c+MAvBHFVYHFZDmjMCQ==",
      [{ from: "src", to: "typescript/zod" }],
    ),
    npm(
      "rxjs",
      "7.8.1",
      "sha512-AA3TVj+0A2iuIoQkWEK/tqFjBq2j+6PO6Y0zJcvzLAFhEFIO3HL0vls9hWLncZbAAbK0mar7oZ4V079I/qPMxg==",
      [{ from: "src", to: "typescript/rxjs" }],
    ),
    npm(
      "effect",
      "3.11.0",
      "sha512-uPWp/L0kMaKPi7hgXkfu0KUuxQzpXt20F2p6aBwU/gyJBay6t1XsTi0lFoHdk3fuqQCFt10VUYuPUeh3JY4TMQ==",
      [{ from: "src", to: "typescript/effect" }],
    ),
  ],
  languages: [
    npm(
      "react-native-paper",
      "5.12.5",
      "sha512-Qpqd1g9PClmjGj/Dkr1htAwt8cTZ3SCHVmhttxRuG/QML7KzHm5ArLNgR7vz5dW1EwJqTmyl/3gd6gnrtw90mw==",
      [{ from: "src", to: "tsx/react-native-paper" }],
    ),
    npm(
      "react-native",
      "0.72.17",
      "sha512-k3dNe0XqoYCGGWTenbupWSj+ljW3GIfmYS5P4s3if4j0csx2YbenKgH1aJNWLp+UP7ONwfId6G+uBoUJfyMxXg==",
      [
        { from: "ReactAndroid/src/main/java", to: "java/react-native" },
        { from: "ReactCommon", to: "cpp/react-native" },
      ],
    ),
    npm(
      "react-native-windows",
      "0.72.9",
      "sha512-7OiCTLeRGdZRoT0EfTuBHC9qQ0klDJkLUbO6NQkDsawAjpMQVYG0ehiR2K3jeLCgobzJextEPxjiOC14YCubkg==",
      [
        { from: "Microsoft.ReactNative.Managed", to: "csharp/react-native-windows/managed" },
        { from: "Microsoft.ReactNative.Managed.CodeGen", to: "csharp/react-native-windows/codegen" },
      ],
    ),
    {
      kind: "debian",
      name: "googletest",
      version: "1.12.1-0.2",
      sha256: "927be72067517da503b6538026d451455c9e860f5dbfe237f792543db7d5a928",
      take: [{ from: "usr/src/googletest", to: "cpp/googletest" }],
    },
    {
      kind: "debian",
      name: "librust-tokio-dev",
      version: "1.24.2-1",
      sha256: "8b6d6c9cbfcf1980136c4a1472c31053c3282bcd905b73f5201292c62fb5f873",
      take: [{ from: "usr/share/cargo/registry/tokio-1.24.2", to: "rust/tokio" }],
    },
    {
      kind: "debian",
      name: "ruby-activerecord",
      version: "2:6.1.7.10+dfsg-1~deb12u3",
      sha256: "c5efd4808d025b9e186815cfe0cb56897229a7bdecdeb168191fdc15dcd08636",
      take: [
        { from: "usr/share/rubygems-integration/all/gems/activerecord-6.1.7.10", to: "ruby/activerecord" },
      ],
    },
    {
      kind: "debian",
      name: "wordpress",
      version: "6.1.9+dfsg1-0+deb12u1",
      sha256: "506283af0a6194efeb39f2fb19e6131d59142a20b81e280b8e9f331385c54937",
      take: [
        {
          from: "usr/share/wordpress/wp-includes",
          to: "php/wordpress",
          without: ["js", "css", "fonts", "images"],
        },
      ],
    },
    {
      kind: "debian",
      name: "dracut-core",
      version: "059-4",
      sha256: "d0598a5f7b5dcdd1172303a9da4c156a2b6df75fd85a97bc3d228bfafa5f39f9",
      take: [{ from: "usr/lib/dracut", to: "bash/dracut" }],
    },
    {
      kind: "debian",
      name: "bash-completion",
      version: "1:2.11-6",
      sha256: "8f79fbfae64b85ea54f63c6db688f2cd8cb079f40b6164f8b1f9451e37790549",
      take: [{ from: "usr/share/bash-completion", to: "bash/bash-completion" }],
    },
  ],
  linux: [{ ...linuxPackage, take: [{ from: "linux-source-6.1", to: "linux" }] }],
} as const satisfies Record<string, readonly CorpusSource[]>;

export type CorpusSet = keyof typeof corpusSets;

function npm(name: string, version: string, integrity: string, take: readonly Take[]): NpmSource {
  return { kind: "npm", name, version, integrity, take };
}
