# cmake --install: headers, static libraries with an export set, the CMake package, models, published curves, licence.
# The program and its engine module are installed by src/cli.

include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/imgcnn)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/imgcnn DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(EXPORT imgcnnTargets NAMESPACE imgcnn:: DESTINATION ${package_dir})
configure_package_config_file(${PROJECT_SOURCE_DIR}/src/cmake/imgcnnConfig.cmake.in ${PROJECT_BINARY_DIR}/imgcnnConfig.cmake
  INSTALL_DESTINATION ${package_dir})
# Before 1.0 a minor version may break the interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/imgcnnConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/imgcnnConfig.cmake ${PROJECT_BINARY_DIR}/imgcnnConfigVersion.cmake
  ${PROJECT_SOURCE_DIR}/src/cmake/imgcnn_torch.cmake DESTINATION ${package_dir})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/models/ DESTINATION ${CMAKE_INSTALL_DATADIR}/imgcnn/models OPTIONAL
  FILES_MATCHING PATTERN "*.safetensors" PATTERN "*.json" PATTERN "README.md")
install(FILES ${PROJECT_SOURCE_DIR}/data/published_kodak.json DESTINATION ${CMAKE_INSTALL_DATADIR}/imgcnn/data)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
