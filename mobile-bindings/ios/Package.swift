// swift-tools-version:5.9
// The Swift package. Its types are made first: node ../codegen/generate.mjs swift Sources/GanDan/Generated/API.swift
import PackageDescription

// The core: an XCFramework whose headers are gandan.h and a module map as Sources/CGanDan's, for phones; else the package
// that `cmake --install … --component c` made, found by pkg-config.
let core: Target =
    if let framework = Context.environment["GANDAN_XCFRAMEWORK"] {
        .binaryTarget(name: "CGanDan", path: framework)
    } else {
        .systemLibrary(name: "CGanDan", pkgConfig: "gandan")
    }

let package = Package(
    name: "GanDan",
    platforms: [.iOS(.v15), .macOS(.v12)],
    products: [.library(name: "GanDan", targets: ["GanDan"])],
    targets: [
        core,
        .target(name: "GanDan", dependencies: ["CGanDan"]),
        .testTarget(name: "GanDanTests", dependencies: ["GanDan"]),
    ]
)
