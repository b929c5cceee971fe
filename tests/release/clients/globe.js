/* The page that globe.py opens: it loads a KML file and reports the colours at positions. */
/* global Cesium */
let viewer;

/** Load the file; return how many areas and lines it has. */
async function load() {
  viewer = new Cesium.Viewer("globe", {
    baseLayer: false, baseLayerPicker: false, animation: false, timeline: false, geocoder: false,
    homeButton: false, sceneModePicker: false, navigationHelpButton: false, fullscreenButton: false,
    infoBox: false, selectionIndicator: false, useDefaultRenderLoop: false, contextOptions: { webgl: { preserveDrawingBuffer: true } },
  });
  const { scene } = viewer;
  scene.globe.baseColor = Cesium.Color.WHITE;
  scene.globe.showGroundAtmosphere = false;
  scene.fog.enabled = false;
  scene.skyAtmosphere.show = false;
  scene.highDynamicRange = false;
  const source = await Cesium.KmlDataSource.load("/map.kml", { clampToGround: true });
  const entities = source.entities.values;
  for (const entity of entities) {
    if (!entity.polygon && !entity._children?.length) entity.show = false;
  }
  await viewer.dataSources.add(source);
  return {
    areas: entities.filter((one) => one.polygon).length,
    lines: entities.filter((one) => one.polyline).length,
  };
}

/** Look at the globe from above a position; return the colour at each place, null if it is hidden. */
async function look([[lon, lat], places]) {
  const { scene, camera } = viewer;
  camera.setView({ destination: Cesium.Cartesian3.fromDegrees(lon, lat, 2.5e7) });
  // Areas are prepared by workers; a few more frames draw them at full detail.
  for (let more = 5, frames = 0; more > 0 && frames < 300; frames++) {
    viewer.render();
    await new Promise((resolve) => setTimeout(resolve, 50));
    if (viewer.dataSourceDisplay.ready) more--;
  }
  const picture = document.createElement("canvas");
  picture.width = scene.canvas.width;
  picture.height = scene.canvas.height;
  const pen = picture.getContext("2d", { willReadFrequently: true });
  viewer.render();
  pen.drawImage(scene.canvas, 0, 0);
  const scale = scene.canvas.width / scene.canvas.clientWidth;
  const horizon = new Cesium.EllipsoidalOccluder(Cesium.Ellipsoid.WGS84, camera.positionWC);
  return places.map(([x, y]) => {
    const place = Cesium.Cartesian3.fromDegrees(x, y);
    const point = Cesium.SceneTransforms.worldToWindowCoordinates(scene, place);
    if (!point || !horizon.isPointVisible(Cesium.Cartesian3.fromDegrees(x, y, 10))) return null;
    return [...pen.getImageData(Math.round(point.x * scale), Math.round(point.y * scale), 1, 1).data.slice(0, 3)];
  });
}
