# cmake --install: headers, static libraries with an export set, the CMake package, models, published curves, licence.
# The program and its modules are installed by src/cli.

include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/imgcnn)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/imgcnn DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(EXPORT imgcnnTargets NAMESPACE imgcnn:: DESTINATION ${package_dir})
if(NOT IMGCNN_CORE_ONLY)
  install(EXPORT imgcnnTorchTargets NAMESPACE imgcnn:: DESTINATION ${package_dir})
  install(FILES ${PROJECT_SOURCE_DIR}/src/cmake/imgcnn_torch.cmake DESTINATION ${package_dir})
endif()
configure_package_config_file(${PROJECT_SOURCE_DIR}/src/cmake/imgcnnConfig.cmake.in ${PROJECT_BINARY_DIR}/imgcnnConfig.cmake
  INSTALL_DESTINATION ${package_dir})
# Before 1.0 a minor version may break the interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/imgcnnConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/imgcnnConfig.cmake ${PROJECT_BINARY_DIR}/imgcnnConfigVersion.cmake
  DESTINATION ${package_dir})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/models/ DESTINATION ${CMAKE_INSTALL_DATADIR}/imgcnn/models COMPONENT program OPTIONAL
  FILES_MATCHING PATTERN "*.safetensors" PATTERN "*.json" PATTERN "README.md")
install(FILES ${PROJECT_SOURCE_DIR}/data/published_kodak.json DESTINATION ${CMAKE_INSTALL_DATADIR}/imgcnn/data
  COMPONENT program)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright COMPONENT debian EXCLUDE_FROM_ALL)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/imgcnn-torch RENAME copyright COMPONENT debian-torch
  EXCLUDE_FROM_ALL)

# `cpack` in the build folder makes Debian packages of what users need. imgcnn: program, models, manual. imgcnn-torch: the
# module with LibTorch, for those who train or have a GPU.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "The imgcnn developers <imgcnn@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "learned image codec")
set(CPACK_PACKAGE_DESCRIPTION "Compresses photographs with a small convolutional network: smaller files than JPEG and WebP at the\nsame fidelity, for one program that compresses, decompresses, trains and evaluates.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL program debian)
set(CPACK_COMPONENT_PROGRAM_GROUP imgcnn)
set(CPACK_COMPONENT_DEBIAN_GROUP imgcnn)
set(CPACK_DEBIAN_IMGCNN_PACKAGE_NAME imgcnn)
if(NOT IMGCNN_CORE_ONLY)
  list(APPEND CPACK_COMPONENTS_ALL torch debian-torch)
  set(CPACK_COMPONENT_TORCH_GROUP torch)
  set(CPACK_COMPONENT_DEBIAN-TORCH_GROUP torch)
  set(CPACK_DEBIAN_IMGCNN_PACKAGE_RECOMMENDS "imgcnn-torch (= ${PROJECT_VERSION})")
  set(CPACK_DEBIAN_TORCH_PACKAGE_NAME imgcnn-torch)
  set(CPACK_DEBIAN_TORCH_PACKAGE_DEPENDS "imgcnn (= ${PROJECT_VERSION})")
  # Reference BLAS works too, at a twentieth of the speed.
  set(CPACK_DEBIAN_TORCH_PACKAGE_RECOMMENDS libopenblas0-pthread)
  set(CPACK_DEBIAN_TORCH_DESCRIPTION "learned image codec: training and GPUs\nThe module of imgcnn that trains models and computes on CUDA devices, by LibTorch.")
endif()
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION graphics)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
include(CPack)
